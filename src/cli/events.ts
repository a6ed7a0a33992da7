/** Events of a text/event-stream answer, each with its document. */
export async function* eventsOf(response: Response): AsyncGenerator<{ event: string; content: unknown }> {
  if (!response.body) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) =>
        part
          .split('\n')
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join('\n');
      yield { event: field('event'), content: JSON.parse(field('data')) };
    }
  }
}
