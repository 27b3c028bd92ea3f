import { computed, signal } from '@preact/signals';

// Addresses are `#/page?settings`: they work on any host and under any path.

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

const parts = computed(() => /^#\/([\w-]*)(?:\?(.*))?$/.exec(hash.value) ?? []);

/** The page that the address names; '' where it names none. */
export const pageName = computed(() => parts.value[1] ?? '');

/** What the address says of that page. */
export const pageQuery = computed(() => parts.value[2] ?? '');

export const addressOf = (page: string, query = '') => `#/${page}${query ? `?${query}` : ''}`;

/** Puts settings into the address, without a place of their own in the history. */
export function replaceQuery(page: string, query: string): void {
  history.replaceState(null, '', addressOf(page, query));
  hash.value = location.hash;
}
