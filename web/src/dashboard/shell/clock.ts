// The time, for what shows how long ago something was: it moves every fifteen seconds, for all at once.
import { createStore, useStore } from '../store';

const STEP = 15_000;
const clock = createStore(Date.now());
setInterval(() => clock.set(Date.now()), STEP);

export const useNow = (): number => useStore(clock);
