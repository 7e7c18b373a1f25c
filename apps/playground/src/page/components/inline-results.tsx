import { usePage } from '../page-context.js';
import type { Offered } from '../use-inline-query.js';
import { Icon } from './icon.js';

/** Within this distance of the end of the list, more results are requested. */
const endPx = 120;
const pictures = ['photo', 'gif', 'mpeg4_gif', 'sticker'];

/** The results of an inline query above the composer; the arrow keys in the composer move the selection. */
export function InlineResults(props: {
  id: string;
  offered: Offered;
  chosen: number;
  onChoose: (offer: Offered['results'][number]) => void;
}) {
  const { acts } = usePage();
  const { id, offered, chosen, onChoose } = props;
  const { results, button } = offered;
  const gallery = results.every(({ result }) => pictures.includes(result.type) && result.thumbnail);
  return (
    <div
      class="command-list inline-results"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < endPx) offered.more();
      }}
    >
      {button && (
        <button type="button" class="results-button" onClick={() => void acts.pressAbove(button)}>
          {button.text}
        </button>
      )}
      <ul
        id={id}
        class={gallery ? 'results-gallery' : ''}
        role="listbox"
        aria-label="Inline results"
      >
        {results.map((offer, index) => (
          <li
            key={`${offer.queryId}:${offer.result.id}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            aria-label={offer.result.title ?? offer.result.type}
            class="result"
            // Keeps the focus in the composer.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(offer)}
          >
            <Thumbnail {...offer.result} />
            {!gallery && (
              <span class="result-text">
                <b>{offer.result.title ?? offer.result.type}</b>
                {offer.result.description && <span>{offer.result.description}</span>}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Thumbnail({ thumbnail, type }: { thumbnail?: string; type: string }) {
  if (thumbnail) return <img class="result-picture" src={`/play/${thumbnail}`} alt="" />;
  return (
    <span class="result-picture">
      <Icon name={icons[type] ?? 'document'} />
    </span>
  );
}

const icons: Readonly<
  Record<
    string,
    'audio' | 'voice' | 'video' | 'animation' | 'photo' | 'place' | 'person' | 'link' | 'sticker'
  >
> = {
  article: 'link',
  audio: 'audio',
  contact: 'person',
  gif: 'animation',
  location: 'place',
  mpeg4_gif: 'animation',
  photo: 'photo',
  sticker: 'sticker',
  venue: 'place',
  video: 'video',
  voice: 'voice',
};
