/** Stroke paths on a 24 by 24 grid. */
const paths = {
  animation:
    'M3.5 5.5h17v13h-17zM9.5 10.2a2.3 2.3 0 1 0 0 3.6V12H8.3M12.5 9.5v5M15.5 14.5v-5H18M15.5 12h2',
  audio:
    'M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  back: 'M15 5l-7 7 7 7',
  bot: 'M12 3v3M6 8.5h12a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-6.5a2 2 0 0 1 2-2zM9 13v1.6M15 13v1.6M2 12.5v3M22 12.5v3',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  command: 'M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM13.7 8l-3.4 8',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  down: 'M6 9.5l6 6 6-6',
  document: 'M6 3h8l5 5v13H6zM14 3v5h5',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  group:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM2.8 19.5c.4-3.5 3-5.5 6.2-5.5s5.8 2 6.2 5.5M15.5 5a3.2 3.2 0 0 1 0 6M17.5 14.4c2.1.7 3.5 2.5 3.8 5.1',
  keyboard: 'M3.5 6.5h17v11h-17zM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8',
  link: 'M8 16L16 8M9.5 8H16v6.5',
  more: 'M12 6h.01M12 12h.01M12 18h.01',
  person: 'M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM4.5 20c.5-3.9 3.6-6 7.5-6s7 2.1 7.5 6',
  clip: 'M19 11.5l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5L13 4.5a3 3 0 0 1 4.3 4.3l-7.7 7.7a1.5 1.5 0 0 1-2.1-2.1l7-7',
  phone:
    'M6.5 3.5h3l1.5 4-2 1.5a12 12 0 0 0 6 6l1.5-2 4 1.5v3c0 1.1-.9 2-2 2C10.5 19.5 4.5 13.5 4.5 5.5c0-1.1.9-2 2-2z',
  photo: 'M4 5h16v14H4zM4 16l4.5-4.5L13 16l3-3 4 4M15.5 9h.01',
  pin: 'M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5.5',
  place:
    'M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 6l-6 6 6 6M4.5 12H13c4 0 6.5 2 7 6.5',
  send: 'M4 4.5L20.5 12 4 19.5l2.5-7.5zM6.5 12H13',
  start: 'M12 5v14M6 13l6 6 6-6',
  sticker: 'M20 13a8 8 0 1 1-9-9c0 6 3 9 9 9zM20 13l-9-9',
  video: 'M3.5 7h11v10h-11zM14.5 11l6-3v8l-6-3',
  video_note: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM10.3 9l4.7 3-4.7 3z',
  voice:
    'M12 15a3 3 0 0 0 3-3V7a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.5',
} as const;

/** An icon next to a text, or in a control with its own label. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
