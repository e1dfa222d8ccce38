// What the board must know of an order to place it, and the drawn arrows between columns.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  OrderAcceptDocument,
  OrderCancelDocument,
  OrderCompleteDocument,
  OrderPrepareDocument,
  OrderReadyDocument,
  OrderRejectDocument,
  type BoardOrderFragment,
  type OrderStatus,
  type OrderStepInput,
  type UserErrorDetailsFragment,
} from '../generated/graphql';

export const OPEN = ['PLACED', 'ACCEPTED', 'PREPARING', 'READY'] as const;
export type OpenStatus = (typeof OPEN)[number];
export type ColumnName = OpenStatus | 'DONE';
export const COLUMNS: readonly ColumnName[] = [...OPEN, 'DONE'];
export const DONE = ['COMPLETED', 'REJECTED', 'CANCELLED'] as const satisfies readonly OrderStatus[];

export const columnOf = (status: OrderStatus): ColumnName =>
  (OPEN as readonly OrderStatus[]).includes(status) ? (status as OpenStatus) : 'DONE';

/** What dropping a card on a column means. */
export const statusOf = (column: ColumnName): OrderStatus => (column === 'DONE' ? 'COMPLETED' : column);

/** The step forward, where there is one; never one that calls the order off. */
export const forward = (steps: readonly OrderStatus[]): OrderStatus | undefined =>
  steps.find((step) => step !== 'REJECTED' && step !== 'CANCELLED');

/** The step that calls an order off: rejecting while it is new, cancelling later. */
export const backOut = (steps: readonly OrderStatus[]): 'REJECTED' | 'CANCELLED' | undefined =>
  steps.includes('REJECTED') ? 'REJECTED' : steps.includes('CANCELLED') ? 'CANCELLED' : undefined;

interface Stepped {
  order?: BoardOrderFragment | null;
  userErrors: UserErrorDetailsFragment[];
}

type StepDocument = TypedDocumentNode<Record<string, unknown>, { input: OrderStepInput }>;

const documents: Partial<Record<OrderStatus, unknown>> = {
  ACCEPTED: OrderAcceptDocument,
  PREPARING: OrderPrepareDocument,
  READY: OrderReadyDocument,
  COMPLETED: OrderCompleteDocument,
  REJECTED: OrderRejectDocument,
  CANCELLED: OrderCancelDocument,
};

/** The mutation that brings an order to a status; each has one root field with the same payload. */
export const stepDocument = (to: OrderStatus): StepDocument => documents[to] as StepDocument;

export const stepped = (data: Record<string, unknown>): Stepped =>
  Object.values(data).find((value) => typeof value === 'object') as Stepped;
