export * from 'simdgrad';
