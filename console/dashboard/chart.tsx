import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { type ChartData, summarize } from './chart-data.js';

/** One line of a chart. */
export interface Line {
  /** Of the series in the data. */
  readonly key: string;
  readonly label: string;
  /** A custom property of the style sheet. */
  readonly color: '--chart-in' | '--chart-out' | '--chart-cpu';
}

interface ChartProps {
  readonly title: string;
  readonly data: ChartData;
  /** Changes with each step. */
  readonly steps: ReadonlySignal<number>;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  /** The least that the scale spans, so that noise does not look like a storm. */
  readonly least: number;
  /** Without axes and readout, as the background of a tile. */
  readonly spark?: boolean;
}

/** Seconds that a chart shows. */
const span = 300;

/** Changes when the person's choice of light or dark does: the colours of a canvas do not follow by themselves. */
const scheme = signal(0);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  scheme.value++;
});

/** A chart of the last five minutes. Drawn outside of Preact: a step costs a canvas, no comparison of elements. */
export function Chart({ title, data, steps, lines, format, least, spark = false }: ChartProps) {
  const canvas = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDListElement>(null);
  // Functions and lists of lines are new with each rendering of the parent; a chart keeps those it began with.
  const kept = useMemo(() => ({ lines, format, least, spark }), [data]);

  useEffect(() => {
    const box = canvas.current;
    if (!box) return;
    return effect(() => {
      scheme.value;
      return draw(box, readout.current, data, steps, kept);
    });
  }, [data, steps, kept]);

  const picture = <div ref={canvas} class={spark ? 'spark' : 'chart-canvas'} role="img" aria-label={title} />;
  if (spark) return picture;
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <dl class="readout" ref={readout}>
        {kept.lines.map(({ key, label, color }) => (
          <div key={key}>
            <dt style={{ '--swatch': `var(${color})` }}>{label}</dt>
            <dd>–</dd>
          </div>
        ))}
      </dl>
      {picture}
    </figure>
  );
}

type Kept = Pick<ChartProps, 'lines' | 'format' | 'least'> & { readonly spark: boolean };

/** @returns what takes the chart away */
function draw(
  box: HTMLElement,
  readout: HTMLElement | null,
  data: ChartData,
  steps: ReadonlySignal<number>,
  kept: Kept,
): () => void {
  const { lines, format } = kept;
  const title = box.getAttribute('aria-label')?.split(':')[0] ?? '';
  const keys = lines.map(({ key }) => key);
  const cells = [...(readout?.querySelectorAll('dd') ?? [])];
  const show = (chart: uPlot) => {
    const index = chart.cursor.idx ?? chart.data[0].length - 1;
    for (const [i, cell] of cells.entries()) {
      const text = format(chart.data[i + 1]?.[index] ?? null);
      if (cell.textContent !== text) cell.textContent = text;
    }
  };
  const chart = new uPlot(optionsOf(box, kept, show), data.columnsOf(keys) as uPlot.AlignedData, box);
  const resize = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = box;
    if (width > 0 && height > 0) chart.setSize({ width, height });
  });
  resize.observe(box);
  const stop = effect(() => {
    steps.value;
    const columns = data.columnsOf(keys);
    chart.setData(columns as uPlot.AlignedData);
    show(chart);
    const texts = lines.map(({ label }, i) => `${label} ${summarize(columns[i + 1] ?? [], format)}`);
    box.setAttribute('aria-label', `${title}: ${texts.join('; ')}`);
  });
  return () => {
    stop();
    resize.disconnect();
    chart.destroy();
  };
}

function optionsOf(
  box: HTMLElement,
  { lines, format, least, spark }: Kept,
  show: (chart: uPlot) => void,
): uPlot.Options {
  const style = getComputedStyle(box);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: color('--muted'), font, ticks: { show: false } };
  const grid = { stroke: color('--line'), width: 1 };
  return {
    width: Math.max(1, box.clientWidth),
    height: Math.max(1, box.clientHeight),
    legend: { show: false },
    padding: spark ? [2, 0, 0, 0] : [8, 4, 0, 0],
    cursor: spark
      ? { show: false }
      : { y: false, drag: { x: false, y: false }, points: { size: 7 }, sync: { key: 'streams' } },
    scales: {
      x: { range: (_chart, _first, last) => [last - span, last] },
      y: { range: (_chart, _low, high) => [0, Math.max(least, (high ?? 0) * 1.15)] },
    },
    axes: spark
      ? [{ show: false }, { show: false }]
      : [
          {
            ...axis,
            grid: { show: false },
            space: 40,
            incrs: [60, 120, 300],
            size: 24,
            values: (_chart, times) => times.map(clockTime),
          },
          {
            ...axis,
            grid,
            side: 1,
            size: (_chart, labels) => 14 + 7 * Math.max(0, ...(labels ?? []).map(({ length }) => length)),
            space: 36,
            values: (_chart, values) => values.map((value) => (value === 0 ? '0' : format(value))),
          },
        ],
    series: [
      {},
      ...lines.map(({ color: name, label }) => ({
        label,
        stroke: color(name),
        width: spark ? 1.5 : 2,
        points: { show: false },
        ...((lines.length === 1 || spark) && { fill: fade(color(name)) }),
      })),
    ],
    hooks: { setCursor: [show] },
  };
}

/** A hex colour, nearly transparent. */
function fade(color: string): string {
  return `${color}22`;
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
