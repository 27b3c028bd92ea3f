import type { Signal } from '@preact/signals';
import { shape } from '../../src/cli/report/format.js';
import { extent, Plane } from '../shared/plane.js';
import { text } from '../text.js';
import type { Answer, LayerOutput } from './network.js';

const words = text.draw;

/** A feature map: that of a channel after a layer. */
export interface Selected {
  readonly layer: number;
  readonly channel: number;
}

interface FeatureMapsProps {
  readonly answer: Answer | undefined;
  readonly selected: Signal<Selected | undefined>;
}

/** What each layer that works on pictures finds; one map may be chosen, to be laid over the drawing. */
export function FeatureMaps({ answer, selected }: FeatureMapsProps) {
  const layers = answer?.layers ?? [];
  return (
    <section class="card maps-card">
      <h2>{words.maps}</h2>
      <p class="muted">{words.mapsLead}</p>
      {layers.map((output, layer) =>
        output.shape.length === 3 ? (
          <LayerMaps key={layer} output={output} layer={layer} selected={selected} />
        ) : null,
      )}
    </section>
  );
}

interface LayerMapsProps {
  readonly output: LayerOutput;
  readonly layer: number;
  readonly selected: Signal<Selected | undefined>;
}

function LayerMaps({ output, layer, selected }: LayerMapsProps) {
  const { type, values } = output;
  const [height, width, channels] = output.shape as readonly [number, number, number];
  const [low, high] = extent(values);
  // A scale for the whole layer: signed sums around white, what is never negative from dark to bright.
  const limit = Math.max(-low, high);
  const signed = low < 0;
  const range = signed ? ([-limit, limit] as const) : ([0, high] as const);
  return (
    <div class="layer-maps">
      <h3>
        {words.layer(layer + 1, type)} <small>{shape(output.shape)}</small>
      </h3>
      <div class={`maps ${channels > 8 ? 'many' : ''}`}>
        {Array.from({ length: channels }, (_, channel) => {
          const chosen = selected.value?.layer === layer && selected.value.channel === channel;
          return (
            <button
              key={channel}
              class="map"
              aria-pressed={chosen}
              aria-label={words.map(layer + 1, channel + 1)}
              onClick={() => {
                selected.value = chosen ? undefined : { layer, channel };
              }}
            >
              <Plane
                {...{ height, width, range }}
                scale={signed ? 'diverging' : 'sequential'}
                values={values.filter((_value, i) => i % channels === channel)}
                label=""
              />
            </button>
          );
        })}
      </div>
    </div>
  );
}
