/// <reference lib="dom" />
import { type Colours, colourOf, colours } from './colours.ts';
import { kept, type PageState, type Square } from './state.ts';

const gap = 2;

interface Layout {
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * A square for each answer, in reading order and round again: in the colour of the release that gave
 * it, with a border for the flag's variant and a cross for an answer that failed.
 */
export class Grid {
  readonly #canvas: HTMLCanvasElement;
  #layout: Layout = { size: 8, columns: 1, rows: 1 };
  #colours: Colours = colours();
  #drawn = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.clear()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.clear());
  }

  /** Forgets what is drawn; the next `draw` draws all that is kept. */
  clear(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#context().setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#layout = layoutOf(width, height);
    this.#colours = colours();
    this.#drawn = 0;
  }

  draw(state: PageState): void {
    if (state.answered < this.#drawn) this.clear();
    const { columns, rows } = this.#layout;
    const first = Math.max(
      this.#drawn,
      state.answered - state.squares.length,
      state.answered - columns * rows,
    );
    for (let n = first; n < state.answered; n += 1) {
      const square = state.squares[state.squares.length - (state.answered - n)];
      if (square !== undefined) this.#square(n % (columns * rows), square);
    }
    this.#drawn = state.answered;
  }

  #square(place: number, square: Square): void {
    const { size, columns } = this.#layout;
    const context = this.#context();
    const [x, y] = [(place % columns) * (size + gap), Math.floor(place / columns) * (size + gap)];
    context.clearRect(x, y, size + gap, size + gap);
    context.fillStyle = square.how === 'bad' ? this.#colours.bad : this.#colour(square);
    context.fillRect(x, y, size, size);
    if (square.how === 'bad') cross(context, { x, y, size }, this.#colours.paper);
    if (square.how !== 'variant') return;
    context.strokeStyle = this.#colours.variant;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, size - 2, size - 2);
  }

  #colour({ release }: Square): string {
    return colourOf(this.#colours, release);
  }

  #context(): CanvasRenderingContext2D {
    const context = this.#canvas.getContext('2d');
    if (context === null) throw new Error('this browser draws no canvas');
    return context;
  }
}

/** Squares as large as they can be with all that is kept in sight, from 7 to 22 px. */
function layoutOf(width: number, height: number): Layout {
  const fits = Math.floor(Math.sqrt((width * height) / kept.squares)) - gap;
  const size = Math.max(7, Math.min(22, fits));
  return {
    size,
    columns: Math.max(1, Math.floor((width + gap) / (size + gap))),
    rows: Math.max(1, Math.floor((height + gap) / (size + gap))),
  };
}

function cross(
  context: CanvasRenderingContext2D,
  { x, y, size }: { x: number; y: number; size: number },
  colour: string,
): void {
  const inset = size / 4;
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1.5, size / 8);
  context.beginPath();
  context.moveTo(x + inset, y + inset);
  context.lineTo(x + size - inset, y + size - inset);
  context.moveTo(x + size - inset, y + inset);
  context.lineTo(x + inset, y + size - inset);
  context.stroke();
}
