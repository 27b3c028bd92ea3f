import { type ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../text.js';
import { addressOf, pageName } from './router.js';

type PageName = keyof typeof text.pages;

/** The pages, each with what it needs in a chunk of its own. */
const PAGES: Readonly<Record<PageName, () => Promise<{ Page: ComponentType }>>> = {
  train: () => import('../train/page.js'),
  draw: () => import('../draw/page.js'),
  tour: () => import('../tour/page.js'),
  bench: () => import('../bench/page.js'),
};
const NAMES = Object.keys(PAGES) as PageName[];

/** Head, the page that the address names, and foot. */
export function App() {
  const name = NAMES.find((each) => each === pageName.value) ?? NAMES[0]!;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = text.titleOf(text.pages[name]);
  }, [name]);
  return (
    <>
      <a
        class="skip"
        href={addressOf(name)}
        onClick={(event) => {
          event.preventDefault();
          main.current!.focus();
        }}
      >
        {text.skip}
      </a>
      <Head current={name} />
      <main class="page" ref={main} tabIndex={-1}>
        <Loaded name={name} key={name} />
      </main>
      <footer class="foot">
        <p>{text.footer.about}</p>
      </footer>
    </>
  );
}

function Head({ current }: { current: PageName }) {
  return (
    <header class="head">
      <a class="brand" href={addressOf('train')}>
        <img src="icon.svg" alt="" width="26" height="26" />
        {text.name}
      </a>
      <nav aria-label={text.name}>
        {NAMES.map((name) => (
          <a
            key={name}
            href={addressOf(name)}
            {...(name === current && { 'aria-current': 'page' as const })}
          >
            {text.pages[name]}
          </a>
        ))}
      </nav>
    </header>
  );
}

function Loaded({ name }: { name: PageName }) {
  const [Page, setPage] = useState<ComponentType>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    PAGES[name]().then(
      (loaded) => setPage(() => loaded.Page),
      (reason: unknown) => setError(String(reason)),
    );
  }, [name]);
  if (error) return <p role="alert">{error}</p>;
  return Page ? <Page /> : <div class="loading" />;
}
