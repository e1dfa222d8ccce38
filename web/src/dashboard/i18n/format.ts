// Numbers, money and times by the language of the page and the clock and currency of the store.
import { createStore, useStore } from '../store';
import { language, type Language } from './language';

/** The clock and the money of the store that is open; of the device while none is. */
export const place = createStore({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, currency: 'NIO' });

export interface Money {
  amount: string;
  currency: string;
}

const cached = <Made>(make: (key: string) => Made) => {
  const made = new Map<string, Made>();
  return (key: string): Made => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
};

// Nicaragua's Spanish writes C$ and 24,50 as people there do; an unknown region would not.
const locale = (of: Language): string => (of === 'es' ? 'es-NI' : 'en');

const moneyFormat = cached((key) => {
  const [tag, currency] = key.split('|') as [string, string];
  return new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
});
const shortMoneyFormat = cached((key) => {
  const [tag, currency] = key.split('|') as [string, string];
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', notation: 'compact' } as const;
  return new Intl.NumberFormat(tag, { ...style, minimumFractionDigits: 0, maximumFractionDigits: 1 });
});
const numberFormat = cached((tag) => new Intl.NumberFormat(tag));
const percentFormat = cached((tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }));
const timeFormat = cached((key) => {
  const [tag, timeZone] = key.split('|') as [string, string];
  return new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
});
const dayFormat = cached((key) => {
  const [tag, timeZone] = key.split('|') as [string, string];
  return new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone });
});
/** ISO days sort and compare; Sweden writes them so. */
const isoDay = cached((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone }));
const hourFormat = cached((timeZone) => new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }));

const made = new Map<string, ReturnType<typeof make>>();

/** How a language and a clock write things. */
export function formats(of: Language, timeZone: string): Formats {
  const key = `${of}|${timeZone}`;
  const known = made.get(key) ?? make(of, timeZone);
  made.set(key, known);
  return known;
}

function make(of: Language, timeZone: string) {
  const tag = locale(of);
  const dayOf = (at: number | string) => isoDay(timeZone).format(new Date(at));
  return {
    number: (value: number) => numberFormat(tag).format(value),
    percent: (share: number) => percentFormat(tag).format(share),
    // Amounts are exact decimals as text, and are never counted with here.
    money: ({ amount, currency }: Money) =>
      moneyFormat(`${tag}|${currency}`).format(amount as unknown as number),
    /** As short as it can be said, for the axis of a chart */
    shortMoney: ({ amount, currency }: Money) =>
      shortMoneyFormat(`${tag}|${currency}`).format(amount as unknown as number),
    time: (at: number | string) => timeFormat(`${tag}|${timeZone}`).format(new Date(at)),
    /** The time, with its day where that is not today */
    moment(at: number | string) {
      const time = timeFormat(`${tag}|${timeZone}`).format(new Date(at));
      return dayOf(at) === dayOf(Date.now()) ? time : `${dayFormat(`${tag}|${timeZone}`).format(new Date(at))}, ${time}`;
    },
    dayOf,
    hourOf: (at: number) => Number(hourFormat(timeZone).format(new Date(at))),
    /** A full hour of the day, such as 14:00 */
    hour: (hour: number) => `${String(hour).padStart(2, '0')}:00`,
  };
}

export type Formats = ReturnType<typeof make>;

export function useFormats(): Formats {
  const { timeZone } = useStore(place);
  return formats(useStore(language), timeZone);
}
