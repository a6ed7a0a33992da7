/** Tells the owner something: a fill, a halt, an alert. Failures are reported, never swallowed. */
export interface Notifier {
  name: string;
  send(note: { title: string; text: string; severity: 'info' | 'warning' | 'critical' }): Promise<void>;
}
