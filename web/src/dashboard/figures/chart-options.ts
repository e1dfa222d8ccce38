// How the chart by the hour looks: bars for money, a line for orders, in the page's own colours.
import uPlot from 'uplot';

interface Words {
  hour(value: number): string;
  money(value: number): string;
  shortMoney(value: number): string;
  number(value: number): string;
  hourLabel: string;
  revenue: string;
  orders: string;
}

export function chartOptions(element: HTMLElement, size: { width: number; height: number }, words: Words): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [ink, line, bar, dots] = ['--ink-soft', '--line', '--chart-bar', '--chart-line'].map(colour) as [string, string, string, string];
  const font = `13px ${style.fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = (uPlot.paths.bars as uPlot.Series.BarsPathBuilderFactory)({ size: [0.7, 36], radius: 0.15 });
  const said = (say: (value: number) => string) => (_plot: uPlot, value: number | null) => (value === null ? '—' : say(value));
  const narrow = size.width < 520;
  return {
    ...size,
    padding: [12, 0, 0, 0],
    cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { time: false, range: () => [-0.6, 23.6] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.12)] },
      orders: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.25)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: () => (narrow ? [0, 6, 12, 18] : [0, 3, 6, 9, 12, 15, 18, 21]),
        values: (_plot, hours) => hours.map(words.hour),
      },
      { ...axis, size: 68, values: (_plot, sums) => sums.map(words.shortMoney) },
      {
        ...axis,
        scale: 'orders',
        side: 1,
        size: 36,
        stroke: dots,
        grid: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
        values: (_plot, counts) => counts.map(words.number),
      },
    ],
    series: [
      { label: words.hourLabel, value: said(words.hour) },
      { label: words.revenue, fill: bar, stroke: bar, points: { show: false }, paths: bars, value: said(words.money) },
      {
        label: words.orders,
        scale: 'orders',
        stroke: dots,
        width: 2,
        points: { show: true, size: 7, fill: dots },
        value: said(words.number),
      },
    ],
  };
}
