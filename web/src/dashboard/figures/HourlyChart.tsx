// Sales and orders by the hour, by uPlot. The canvas is for eyes; the table below says the same in words.
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { DashboardFiguresFragment } from '../generated/graphql';
import { place, useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { isDark } from '../shell/theme';
import { useStore } from '../store';
import { chartOptions } from './chart-options';

const HEIGHT = 260;

export default function HourlyChart({ today }: { today: DashboardFiguresFragment }) {
  const t = useWords();
  const format = useFormats();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const dark = useStore(isDark);
  const { currency } = useStore(place);
  const { hourly } = today;
  const data: uPlot.AlignedData = [
    hourly.map(({ hour }) => hour),
    hourly.map(({ revenue }) => Number(revenue.amount)),
    hourly.map(({ orderCount }) => orderCount),
  ];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const options = chartOptions(element, { width: element.clientWidth, height: HEIGHT }, {
      hour: format.hour,
      money: (amount) => format.money({ amount: String(amount), currency }),
      shortMoney: (amount) => format.shortMoney({ amount: String(amount), currency }),
      hourLabel: t.figures.hour,
      number: format.number,
      revenue: t.figures.revenue,
      orders: t.figures.orders,
    });
    const drawn = new uPlot(options, latest.current, element);
    chart.current = drawn;
    const sizes = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      drawn.destroy();
      chart.current = null;
    };
    // Colours and words are painted in, so a change of theme or language paints anew.
  }, [dark, t, currency]);

  useEffect(() => chart.current?.setData(data), [hourly]);

  const best = hourly.reduce((most, one) => (Number(one.revenue.amount) > Number(most?.revenue.amount ?? 0) ? one : most), hourly[0]);
  const peak =
    best && Number(best.revenue.amount) > 0
      ? t.figures.peak(format.hour(best.hour), format.money({ amount: best.revenue.amount, currency }))
      : t.figures.quiet;
  return (
    <>
      <div ref={box} className="chart" role="img" aria-label={t.figures.chart(peak)} />
      <details className="chart-table">
        <summary>{t.figures.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.figures.hour}</th>
              <th scope="col">{t.figures.orders}</th>
              <th scope="col">{t.figures.revenue}</th>
            </tr>
          </thead>
          <tbody>
            {hourly.map(({ hour, orderCount, revenue }) => (
              <tr key={hour} data-hour={hour}>
                <th scope="row">{format.hour(hour)}</th>
                <td>{format.number(orderCount)}</td>
                <td>{format.money({ amount: revenue.amount, currency })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
