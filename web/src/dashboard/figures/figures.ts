// Today's figures of the open store, as its stream told them last.
import type { DashboardFiguresFragment } from '../generated/graphql';
import { createStore } from '../store';

export const figures = createStore<DashboardFiguresFragment | null>(null);
