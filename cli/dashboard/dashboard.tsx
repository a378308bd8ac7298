/** The dashboard as a React component: draws the model at the terminal's size, and handles keys. */
import { Component, type ReactNode, useSyncExternalStore } from "react";
import type { Look } from "../format/style.js";
import { useKeys } from "./keyboard.js";
import type { DashboardModel } from "./model.js";
import { Frame } from "./panels/frame.js";
import type { KeyName } from "./press.js";
import type { Size } from "./screen.js";

/** A value that can change, with its listeners. */
interface Store<Value> {
  readonly subscribe: (changed: () => void) => () => void;
  readonly value: () => Value;
}

interface DashboardProps {
  readonly model: Pick<DashboardModel, "subscribe" | "shown">;
  readonly size: Store<Size>;
  readonly look: Look;
  readonly press: (key: KeyName) => void;
  /** Called with the error of a panel; nothing is shown after that. */
  readonly onBroken: (error: unknown) => void;
}

export function Dashboard({ model, size, look, press, onBroken }: DashboardProps): ReactNode {
  const shown = useSyncExternalStore(model.subscribe, model.shown);
  const { columns, rows } = useSyncExternalStore(size.subscribe, size.value);
  useKeys(press);
  return (
    <Boundary onBroken={onBroken}>
      <Frame {...shown} look={look} columns={columns} rows={rows} />
    </Boundary>
  );
}

interface BoundaryProps {
  readonly onBroken: (error: unknown) => void;
  readonly children: ReactNode;
}

/** React reports errors only to class components. */
class Boundary extends Component<BoundaryProps, { readonly broken: boolean }> {
  static getDerivedStateFromError = (): { readonly broken: boolean } => ({ broken: true });

  override state = { broken: false };

  override componentDidCatch(error: unknown): void {
    // After React's own work, because the handler closes the whole tree.
    queueMicrotask(() => this.props.onBroken(error));
  }

  override render(): ReactNode {
    return this.state.broken ? null : this.props.children;
  }
}
