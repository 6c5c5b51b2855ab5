/// <reference lib="dom" />
import type { FeedEvent } from '../../feed/events.ts';

export interface Listener {
  readonly onEvent: (event: FeedEvent) => void;
  /** False when the server cannot be reached, true when it can again. */
  readonly onContact: (there: boolean) => void;
}

/** The events of the run that is under way. The browser comes back by itself and misses nothing. */
export function listenLive({ onEvent, onContact }: Listener): void {
  let source = open();
  function open(): EventSource {
    const opened = new EventSource('/events');
    opened.onopen = () => onContact(true);
    opened.onmessage = ({ data }) => onEvent(JSON.parse(data) as FeedEvent);
    opened.onerror = () => {
      onContact(false);
      // After some answers, a port that is refused for long among them, it gives up by itself.
      if (opened.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        source = open();
      }, 1_000);
    };
    return opened;
  }
  addEventListener('pagehide', () => source.close());
}
