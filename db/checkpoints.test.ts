import { Annotation, Command, END, interrupt, START, StateGraph } from '@langchain/langgraph';
import { expect, it } from 'vitest';
import { describeOnDatabases } from '../src/testing/database.ts';
import { pruneCheckpoints, saver } from './checkpoints.ts';

const State = Annotation.Root({ symbol: Annotation<string>(), answer: Annotation<string>() });

/** A run that stops to ask its owner, as approval of a live order does. */
const asking = (checkpointer: Awaited<ReturnType<typeof saver>>) =>
  new StateGraph(State)
    .addNode('ask', async ({ symbol }) => ({ answer: interrupt(`Trade ${symbol}?`) as string }))
    .addEdge(START, 'ask')
    .addEdge('ask', END)
    .compile({ checkpointer });

describeOnDatabases('checkpoints', (database) => {
  it('a run that waits for a person goes on in another process, with the answer', async () => {
    const config = { configurable: { thread_id: 'thread-1' } };
    await asking(await saver(database())).invoke({ symbol: 'EURUSD' }, config);
    const resumed = asking(await saver(database()));
    expect((await resumed.getState(config)).next).toEqual(['ask']);
    expect(await resumed.invoke(new Command({ resume: 'yes' }), config)).toEqual({ symbol: 'EURUSD', answer: 'yes' });
  });

  it('removes threads that nobody came back to, and keeps the others', async () => {
    const checkpointer = await saver(database());
    const config = { configurable: { thread_id: 'thread-2' } };
    await asking(checkpointer).invoke({ symbol: 'BTCUSDT' }, config);
    expect(await pruneCheckpoints(database(), Date.now() - 60_000)).toBe(0);
    expect(await checkpointer.getTuple(config)).toBeDefined();
    expect(await pruneCheckpoints(database(), Date.now() + 60_000)).toBeGreaterThan(0);
    expect(await checkpointer.getTuple(config)).toBeUndefined();
  });
});
