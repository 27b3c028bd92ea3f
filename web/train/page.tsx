import { useEffect } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { pageQuery, replaceQuery } from '../shell/router.js';
import { text } from '../text.js';
import { Controls } from './controls.js';
import { DataCard } from './data-card.js';
import { FilesCard } from './files-card.js';
import { NetworkCard } from './network-card.js';
import { Confusion, Curves, FirstFilters, Mistakes } from './results.js';
import { SettingsCard } from './settings-card.js';
import { open, query } from './state.js';

export function Page() {
  useEffect(() => void open(pageQuery.peek()), []);
  useSignalEffect(() => {
    const wanted = query.value;
    if (wanted !== pageQuery.peek()) replaceQuery('train', wanted);
  });
  return (
    <>
      <header class="hero">
        <h1>{text.train.title}</h1>
        <p>{text.train.lead}</p>
      </header>
      <Controls />
      <div class="columns">
        <div class="column">
          <DataCard />
          <NetworkCard />
          <SettingsCard />
        </div>
        <div class="column wide">
          <Curves />
          <FirstFilters />
          <Confusion />
          <Mistakes />
          <FilesCard />
        </div>
      </div>
    </>
  );
}
