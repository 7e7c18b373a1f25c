import type { BotDraft } from '../state.js';
import { RichText } from './rich-text.js';

/** The draft the bot is streaming, below the last message. Telegram shows an empty draft as "Thinking...". */
export function BotDraftRow({ draft }: { draft: BotDraft }) {
  return (
    <article class="row row-other row-first row-last" aria-label="The bot is writing">
      <div class="row-body">
        <div class="row-bubble">
          <div class="bubble">
            <div class="bubble-text">
              <RichText text={draft.text || 'Thinking...'} entities={draft.entities} />
            </div>
          </div>
        </div>
      </div>
    </article>
  );
}
