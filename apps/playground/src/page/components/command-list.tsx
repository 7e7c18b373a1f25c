import type { BotCommand } from '../wire.js';

/** The bot's commands above the composer; the arrow keys in the composer move the selection. */
export function CommandList(props: {
  id: string;
  commands: readonly BotCommand[];
  chosen: number;
  onChoose: (command: BotCommand) => void;
}) {
  const { id, commands, chosen, onChoose } = props;
  return (
    <ul id={id} class="command-list" role="listbox" aria-label="Commands">
      {commands.map((command, index) => (
        <li
          key={command.command}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          class="command"
          // Keeps the focus in the composer.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(command)}
        >
          <b>/{command.command}</b>
          <span>{command.description}</span>
        </li>
      ))}
    </ul>
  );
}
