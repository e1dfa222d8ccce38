// The sound of a new order: two tones, made here. Browsers play nothing before the page was touched, so the bell is made
// ready by the first touch or key, and says when it still waits for one.
import { createStore } from '../store';

const KEY = 'plaza.sound';

export const sound = createStore<boolean>(localStorage.getItem(KEY) !== 'off');
/** The browser would keep it silent */
export const blocked = createStore<boolean>(false);

let context: AudioContext | null = null;
/** How often it rang; tests look here, and nobody else. */
let rang = 0;

function look(): void {
  blocked.set(sound.get() && context?.state !== 'running');
}

async function wakeUp(): Promise<void> {
  if (!sound.get()) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') await context.resume().catch(() => undefined);
  look();
}

export function setSound(on: boolean): void {
  localStorage.setItem(KEY, on ? 'on' : 'off');
  sound.set(on);
  if (!on) return blocked.set(false);
  void wakeUp().then(() => ring());
}

/** Listens for the touches that browsers wait for, as long as the page is open. */
export function readyTheBell(): () => void {
  const touched = () => void wakeUp();
  addEventListener('pointerdown', touched);
  addEventListener('keydown', touched);
  // The touch that signed in counts, too.
  if (navigator.userActivation?.hasBeenActive) touched();
  else look();
  return () => {
    removeEventListener('pointerdown', touched);
    removeEventListener('keydown', touched);
  };
}

export function ring(): void {
  if (!sound.get()) return;
  if (context?.state !== 'running') return look();
  const start = context.currentTime;
  tone(context, 880, start);
  tone(context, 1_318.5, start + 0.16);
  rang += 1;
  document.documentElement.dataset['rang'] = String(rang);
}

function tone(audio: AudioContext, frequency: number, at: number): void {
  const oscillator = new OscillatorNode(audio, { type: 'sine', frequency });
  const gain = new GainNode(audio, { gain: 0 });
  // A soft stroke that dies away, like a counter bell heard from the kitchen.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.35, at + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 1);
}
