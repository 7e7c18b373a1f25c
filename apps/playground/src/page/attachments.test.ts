import { formsOf } from './attachments.js';

const about = { kind: 'photo', caption: 'sunset', place: { chat_id: 1, from_id: 1 } } as const;
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => new File(['x'], `${index}.jpg`));

describe('formsOf', () => {
  it('sends one file on its own', () => {
    const [form] = formsOf(files(1), about);
    expect(Object.fromEntries(form!)).toMatchObject({ kind: 'photo', caption: 'sunset' });
    expect(form!.has('media_group_id')).toBe(false);
  });

  it('sends several files as albums of ten, with the caption on the first', () => {
    const forms = formsOf(files(12), about);
    const groups = forms.map((form) => form.get('media_group_id'));
    expect(new Set(groups.slice(0, 10)).size).toBe(1);
    expect(new Set(groups).size).toBe(2);
    expect(forms.map((form) => form.get('caption'))).toEqual([
      'sunset',
      ...Array<null>(11).fill(null),
    ]);
  });
});
