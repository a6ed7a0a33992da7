import { paperBroker } from './paper.ts';

/** Every broker by name: one file, its line here, and it passes `testing/broker-contract.ts`. */
export const brokers = { paper: paperBroker } as const;

export type BrokerName = keyof typeof brokers;

export { type PaperBroker, type PaperBrokerOptions, paperBroker } from './paper.ts';
