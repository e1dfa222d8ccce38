// What the keys do.
import { useEffect, useId, useRef } from 'react';
import { useWords } from '../i18n/language';
import { Icon } from '../shell/Icon';

export function KeysHelp({ close }: { close(): void }) {
  const t = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const { keysHelp: says, keyNames } = t.board;
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['←', '↑', '↓', '→'], says.walk],
    [[keyNames.space], says.step],
    [[keyNames.enter], says.open],
    [[keyNames.delete], says.refuse],
    [['?'], says.help],
  ];
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={close}>
      <header className="dialog__head">
        <h2 id={title}>{t.board.keys}</h2>
        <button type="button" className="icon-button" onClick={() => dialog.current?.close()} aria-label={t.order.close}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="keys">
        {rows.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
