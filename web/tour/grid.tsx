import type { Rows } from './kernels.js';
import { figure } from './format.js';

export type Place = readonly [row: number, column: number];

interface GridProps {
  readonly label: string;
  readonly rows: Rows;
  /** Cells that are clicked to become 1 or 0, or typed into, or clicked to be explained. */
  readonly kind: 'toggle' | 'number' | 'output' | 'fixed';
  /** Zeros around. */
  readonly padding?: number;
  /** Whether a place, counted with the padding, is under the filter. */
  inWindow?(row: number, column: number): boolean;
  readonly selected?: Place | undefined;
  onChange?(row: number, column: number, value: number): void;
  onSelect?(row: number, column: number): void;
}

/** Numbers in rows and columns. */
export function Grid(props: GridProps) {
  const { label, rows, padding = 0 } = props;
  const [height, width] = [rows.length, rows[0]!.length];
  const around = height === 1 ? 0 : padding;
  return (
    <figure class="grid-figure">
      <figcaption>{label}</figcaption>
      <div
        class="grid"
        role="group"
        aria-label={label}
        style={{ '--columns': String(width + 2 * padding) }}
      >
        {Array.from({ length: height + 2 * around }, (_, r) =>
          Array.from({ length: width + 2 * padding }, (_none, c) => (
            <Cell
              key={`${r} ${c}`}
              grid={props}
              row={r - around}
              column={c - padding}
              at={[r, c]}
            />
          )),
        )}
      </div>
    </figure>
  );
}

interface CellProps {
  readonly grid: GridProps;
  readonly row: number;
  readonly column: number;
  /** The place counted with the padding. */
  readonly at: Place;
}

function Cell({ grid, row, column, at }: CellProps) {
  const { label, rows, kind, selected, inWindow, onChange, onSelect } = grid;
  const value = rows[row]?.[column];
  const isUnder = inWindow?.(...at) ? 'under' : '';
  if (value === undefined) return <span class={`cell padded ${isUnder}`}>0</span>;
  const name = `${label}, ${row + 1}, ${column + 1}`;
  const sign = value > 0 ? 'positive' : value < 0 ? 'negative' : '';
  if (kind === 'fixed') return <span class={`cell ${sign} ${isUnder}`}>{figure(value)}</span>;
  if (kind === 'number') {
    return (
      <input
        class={`cell ${isUnder}`}
        type="number"
        step="any"
        aria-label={name}
        value={value}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          if (Number.isFinite(valueAsNumber)) onChange?.(row, column, valueAsNumber);
        }}
      />
    );
  }
  const isOutput = kind === 'output';
  const isChosen = isOutput && selected?.[0] === row && selected[1] === column;
  return (
    <button
      class={`cell ${isOutput ? sign : ''} ${!isOutput && value ? 'lit' : ''} ${isUnder}`}
      aria-label={`${name}: ${figure(value)}`}
      aria-pressed={isOutput ? isChosen : value !== 0}
      onClick={() => (isOutput ? onSelect?.(row, column) : onChange?.(row, column, value ? 0 : 1))}
      onPointerEnter={() => isOutput && onSelect?.(row, column)}
    >
      {figure(value)}
    </button>
  );
}

/** The same rows with another number at one place. */
export function withCell(rows: Rows, row: number, column: number, value: number): Rows {
  return rows.map((cells, r) =>
    r === row ? cells.map((cell, c) => (c === column ? value : cell)) : cells,
  );
}
