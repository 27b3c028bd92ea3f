using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "training", worker = .training)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "training")],
);

const training :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "workerd/worker.js"),
    (name = "simdgrad.wasm", wasm = embed "workerd/simdgrad.wasm"),
    (name = "simdgrad-relaxed.wasm", wasm = embed "workerd/simdgrad-relaxed.wasm"),
  ],
  compatibilityDate = "2026-11-01",
);
