import { initials, tone } from '../names.js';
import { Icon } from './icon.js';

/** A coloured disc with initials; bots have a badge. */
export function Avatar(props: {
  id: number;
  name: string;
  size?: 'small' | 'large';
  bot?: boolean;
}) {
  const { id, name, size, bot } = props;
  return (
    <span class={`avatar tone-${tone(id)} ${size ? `avatar-${size}` : ''}`} aria-hidden="true">
      {bot ? <Icon name="bot" /> : initials(name)}
    </span>
  );
}
