import { useQuery } from '@tanstack/react-query';
import {
  CandlestickSeries,
  ColorType,
  createChart,
  HistogramSeries,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { BarsDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { Problem } from '../parts/states.tsx';
import { useDark } from '../shell/theme.ts';
import { type LevelDistances, type Line, levelLines } from './chart-levels.ts';

const seconds = (iso: string) => (Date.parse(iso) / 1_000) as UTCTimestamp;

/** Bars known at the time of the decision, with entry, stop, target and levels. Times are UTC. */
export function Chart({
  symbol,
  interval,
  asOf,
  lines,
  distances,
}: {
  symbol: string;
  interval: string;
  asOf?: string;
  lines: readonly Line[];
  distances: LevelDistances;
}) {
  const bars = useQuery({
    queryKey: ['bars', symbol, interval, asOf],
    queryFn: ({ signal }) => get<BarsDocument>('/api/bars', { symbol, interval, asOf, limit: 240 }, signal),
    staleTime: 60_000,
  });
  const box = useRef<HTMLDivElement>(null);
  const dark = useDark();
  const key = JSON.stringify([lines, distances]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes colours that are read from the page, and `key` stands for the lines
  useEffect(() => {
    const element = box.current;
    if (!element || !bars.data) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const chart = createChart(element, {
      autoSize: true,
      // As everything else on the page; a browser without a language of its own names one that cannot be read.
      localization: { locale: 'en-US' },
      layout: {
        background: { type: ColorType.Solid, color: 'transparent' },
        textColor: colour('faint'),
        fontFamily: style.getPropertyValue('--font-sans') || 'system-ui',
        fontSize: 11,
      },
      grid: { vertLines: { color: colour('raised') }, horzLines: { color: colour('raised') } },
      rightPriceScale: { borderColor: colour('line') },
      timeScale: {
        borderColor: colour('line'),
        timeVisible: !['1d', '1w', '1M'].includes(interval),
        secondsVisible: false,
        rightOffset: 4,
      },
      crosshair: {
        vertLine: { labelBackgroundColor: colour('soft') },
        horzLine: { labelBackgroundColor: colour('soft') },
      },
      handleScroll: { vertTouchDrag: false },
    });
    const last = bars.data.bars.at(-1)?.close ?? 1;
    const precision = last >= 1_000 ? 2 : last >= 20 ? 3 : 5;
    const candles = chart.addSeries(CandlestickSeries, {
      upColor: colour('up'),
      downColor: colour('down'),
      wickUpColor: colour('up'),
      wickDownColor: colour('down'),
      borderVisible: false,
      // Entry, stop and target are labelled; the last close in between would only cover them.
      lastValueVisible: lines.length === 0,
      priceLineVisible: false,
      priceFormat: { type: 'price', precision, minMove: 10 ** -precision },
    });
    candles.setData(
      bars.data.bars.map(({ openTime, open, high, low, close }) => ({
        time: seconds(openTime),
        open,
        high,
        low,
        close,
      })),
    );
    if (bars.data.bars.some((bar) => bar.volume > 0)) {
      const volume = chart.addSeries(HistogramSeries, {
        priceScaleId: '',
        priceFormat: { type: 'volume' },
        lastValueVisible: false,
        priceLineVisible: false,
        color: `${colour('faint')}55`,
      });
      volume.priceScale().applyOptions({ scaleMargins: { top: 0.9, bottom: 0 } });
      volume.setData(bars.data.bars.map((bar) => ({ time: seconds(bar.openTime), value: bar.volume })));
    }
    for (const { price, title, tone } of [...lines, ...levelLines(bars.data.bars, distances)]) {
      const faint = tone === 'faint';
      candles.createPriceLine({
        price,
        title,
        color: colour(tone),
        lineWidth: 1,
        lineStyle: faint ? LineStyle.Dotted : LineStyle.Solid,
        axisLabelVisible: !faint,
        axisLabelTextColor: colour('bg'),
      });
    }
    // Lines do not widen the scale by themselves; a stop outside the view would look as if there were none.
    const prices = lines.map((line) => line.price);
    candles.applyOptions({
      autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) => {
        const seen = original();
        if (!seen?.priceRange) return seen;
        const { minValue, maxValue } = seen.priceRange;
        return {
          ...seen,
          priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) },
        };
      },
    });
    const count = bars.data.bars.length;
    chart
      .timeScale()
      .setVisibleLogicalRange({ from: Math.max(0, count - (element.clientWidth < 500 ? 70 : 130)), to: count + 4 });
    return () => chart.remove();
  }, [bars.data, dark, key, interval]);

  return (
    <div className="relative h-[300px] md:h-[380px]">
      {bars.isError && (
        <div className="p-4">
          <Problem failure={bars.error} onRetry={() => void bars.refetch()} />
        </div>
      )}
      {bars.isPending && <div className="pulse-soft absolute inset-4 rounded-lg bg-raised" />}
      <div
        ref={box}
        role="img"
        aria-label={`Price of ${symbol}, ${interval} bars${lines.length > 0 ? `; ${lines.map((line) => `${line.title} ${line.price}`).join(', ')}` : ''}`}
        className="absolute inset-0"
      />
    </div>
  );
}
