import { safeHeaders } from './content-disposition.js';

const dispositionOf = (name: string) => safeHeaders({ name, type: 'text/html' }).contentDisposition;

describe('safeHeaders', () => {
  it.each([
    'text/html',
    'image/svg+xml',
    'application/pdf',
    'text/xml',
    'text/javascript',
    '',
    'x',
  ])('makes %j an untyped download', (type) => {
    const { contentType, contentDisposition } = safeHeaders({ name: 'a.b', type });
    expect(contentType).toBe('application/octet-stream');
    expect(contentDisposition).toMatch(/^attachment;/);
  });

  it('displays a picture, but nothing whose type merely starts like one', () => {
    expect(safeHeaders({ name: 'a.png', type: 'image/PNG' })).toEqual({
      contentType: 'image/png',
      contentDisposition: `inline; filename="a.png"; filename*=UTF-8''a.png`,
    });
    expect(safeHeaders({ name: 'a', type: 'image/png\r\nX: y' }).contentType).not.toContain('X');
  });

  it('encodes names in any alphabet, with an ASCII fallback', () => {
    expect(dispositionOf("Größe (1) 'a'.txt")).toBe(
      `attachment; filename="Gr__e _1_ _a_.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29%20%27a%27.txt`,
    );
  });

  it.each([
    ['a header of their own', 'a\r\nSet-Cookie: b=c', /[\r\n]/],
    ['an end of the quotes', 'a"; filename=b', /"[^"]*"[^"]*"/],
    ['a folder', '../../etc/passwd', /\/|\.\.%2F/],
    ['a direction override', 'a\u202egpj.exe', /%E2%80%AE/],
    ['a lone surrogate', 'a\ud800b', /%ED/],
  ])('keeps a name from injecting %s', (_what, name, smuggled) => {
    expect(dispositionOf(name)).not.toMatch(smuggled);
  });

  it('provides a default name, and truncates long ones', () => {
    expect(dispositionOf('')).toContain('filename="file"');
    expect(dispositionOf('ü'.repeat(5_000)).length).toBeLessThan(1_500);
  });
});
