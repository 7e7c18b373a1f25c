import { mediaIn } from './media-in.js';

const file = { file_id: 'f', file_unique_id: 'u' };
const message = { message_id: 1, date: 1, chat: { id: 42, type: 'private' } };

describe('mediaIn', () => {
  it.each(['document', 'video', 'audio', 'voice', 'video_note', 'sticker', 'animation'])(
    'finds the file of a message: %s',
    (kind) => {
      expect(mediaIn({ ...message, [kind]: file })).toEqual({
        kind,
        fileId: 'f',
        fileUniqueId: 'u',
      });
    },
  );

  it('returns the declared properties', () => {
    const declared = { file_size: 7, file_name: 'a.pdf', mime_type: 'application/pdf' };
    expect(mediaIn({ ...message, document: { ...file, ...declared } })).toEqual({
      kind: 'document',
      fileId: 'f',
      fileUniqueId: 'u',
      size: 7,
      name: 'a.pdf',
      type: 'application/pdf',
    });
  });

  it('returns the caption, truncated when it is long', () => {
    const photo = [{ ...file, width: 1, height: 1 }];
    expect(mediaIn({ ...message, photo, caption: 'my house' })?.caption).toBe('my house');
    const long = mediaIn({ ...message, document: file, caption: '\u{1f3e0}'.repeat(300) });
    expect([...(long?.caption ?? '')]).toHaveLength(200);
    expect(mediaIn({ ...message, document: file, caption: '' })).not.toHaveProperty('caption');
  });

  it('returns the largest size of a photo, in whatever order they come', () => {
    const sizes = [90, 1280, 320].map((width) => ({
      file_id: `f${width}`,
      file_unique_id: `u${width}`,
      width,
      height: width,
    }));
    expect(mediaIn({ ...message, photo: sizes })?.fileId).toBe('f1280');
  });

  it('prefers an animation over its document field', () => {
    const animation = { file_id: 'a', file_unique_id: 'u' };
    expect(mediaIn({ ...message, document: file, animation })).toMatchObject({
      kind: 'animation',
      fileId: 'a',
    });
  });

  it.each([
    { text: 'hello' },
    { photo: [] },
    { photo: 'x' },
    { document: null },
    { document: { file_id: 'f' } },
    { document: { file_id: 7, file_unique_id: 'u' } },
    { new_chat_photo: [{ ...file, width: 1, height: 1 }] },
  ])('returns undefined for %j', (content) => {
    expect(mediaIn({ ...message, ...content })).toBeUndefined();
  });

  it.each([-1, 1.5, '7', 2 ** 60])('ignores an invalid size: %s', (size) => {
    expect(mediaIn({ document: { ...file, file_size: size } })).not.toHaveProperty('size');
  });
});
