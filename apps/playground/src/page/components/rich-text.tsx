import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { linkTarget, segmentText, type Segment } from '../entities.js';
import { usePage } from '../page-context.js';
import type { Entity } from '../wire.js';

/** A message's text with its entities as elements. Text is never interpreted as HTML. */
export function RichText({ text, entities }: { text: string; entities: Entity[] | undefined }) {
  return <>{segmentText(text, entities).map((segment) => piece(segment, text))}</>;
}

function piece(segment: Segment, text: string): ComponentChildren {
  if (typeof segment === 'string') return segment;
  const { entity } = segment;
  const inner = segment.children.map((child) => piece(child, text));
  const plain = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case 'bold':
      return <b>{inner}</b>;
    case 'italic':
      return <i>{inner}</i>;
    case 'underline':
      return <u>{inner}</u>;
    case 'strikethrough':
      return <s>{inner}</s>;
    case 'code':
      return <code>{inner}</code>;
    case 'pre':
      return <pre>{inner}</pre>;
    case 'blockquote':
    case 'expandable_blockquote':
      return <blockquote>{inner}</blockquote>;
    case 'spoiler':
      return <Spoiler>{inner}</Spoiler>;
    case 'bot_command':
      return <CommandLink command={plain} />;
    case 'url':
    case 'text_link':
    case 'email':
    case 'phone_number': {
      const target = linkTarget(entity, plain);
      if (target === undefined) return <>{inner}</>;
      return (
        <a href={target} target="_blank" rel="noopener noreferrer">
          {inner}
        </a>
      );
    }
    case 'mention':
    case 'text_mention':
    case 'hashtag':
    case 'cashtag':
      return <span class="mention">{inner}</span>;
    default:
      return <>{inner}</>;
  }
}

function CommandLink({ command }: { command: string }) {
  const { acts } = usePage();
  return (
    <button type="button" class="command-link" onClick={() => void acts.sendText(command)}>
      {command}
    </button>
  );
}

/** Text that stays hidden until it is clicked. */
function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  if (shown) return <span>{children}</span>;
  return (
    <button
      type="button"
      class="spoiler"
      aria-label="Hidden text, press to show"
      onClick={() => setShown(true)}
    >
      {children}
    </button>
  );
}
