export * from 'simdgrad/ops';
