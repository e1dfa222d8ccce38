// How many stand in a column.
import { useFormats } from '../i18n/format';

export function Count({ value }: { value: number }) {
  const format = useFormats();
  return <span className="count">{format.number(value)}</span>;
}
