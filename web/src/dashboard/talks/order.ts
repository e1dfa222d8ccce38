// The order of conversations: what moved last first. Pure.

export interface TalkRow {
  id: string;
  updatedAt: string;
}

const later = (a: TalkRow, b: TalkRow): number =>
  a.updatedAt > b.updatedAt ? -1 : a.updatedAt < b.updatedAt ? 1 : a.id > b.id ? -1 : a.id < b.id ? 1 : 0;

/** Both lists in one, each conversation once, as the newer of the two has it. */
export function mergeTalks(known: readonly TalkRow[], news: readonly TalkRow[]): TalkRow[] {
  const rows = new Map(known.map((row) => [row.id, row]));
  for (const { id, updatedAt } of news) {
    const before = rows.get(id);
    if (!before || before.updatedAt <= updatedAt) rows.set(id, { id, updatedAt });
  }
  return [...rows.values()].sort(later);
}
