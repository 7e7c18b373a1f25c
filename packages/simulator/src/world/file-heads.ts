/** The first bytes of some types, for code that detects types by content. Pictures are 640 x 480. */
const heads: Readonly<Record<string, Buffer>> = {
  'image/jpeg': hex('ffd8ffe000104a46494600010100000100010000ffc0001108 01e0 0280 03012200'),
  // The last chunk has the maximum length, so that it covers the rest of the file.
  'image/png': hex(
    '89504e470d0a1a0a 0000000d49484452 00000280000001e00802000000 00000000 7fffffff49444154',
  ),
  'image/gif': Buffer.concat([Buffer.from('GIF89a'), hex('8002 e001 f70000')]),
  'image/webp': Buffer.concat([Buffer.from('RIFF'), hex('ffffff7f'), Buffer.from('WEBPVP8 ')]),
  'video/mp4': Buffer.concat([
    hex('00000018'),
    Buffer.from('ftypmp42\0\0\0\0mp42isom'),
    hex('00000000'),
    Buffer.from('mdat'),
  ]),
  'audio/mpeg': hex('4944330300000000 0000 fffb9064'),
  'audio/ogg': Buffer.concat([
    Buffer.from('OggS'),
    hex('0002 0000000000000000 00000001 00000000 00000000 0113'),
    Buffer.from('OpusHead'),
  ]),
  'application/pdf': Buffer.from('%PDF-1.7\n'),
};

/** Empty for types that are not detected by their first bytes. */
export function headOf(mimeType: string): Buffer {
  return heads[mimeType] ?? Buffer.alloc(0);
}

function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}
