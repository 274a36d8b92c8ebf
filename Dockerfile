# Built in full, with a compiler for SQLite's driver; shipped without.
FROM node:20-bookworm-slim AS build
WORKDIR /build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY LICENSE ./
COPY sounds ./sounds
RUN mkdir data && chown node:node data
VOLUME /app/data
USER node

# SIP; a second port for networks that tamper with 5060; sound. TLS and WebSocket have the ports that sip.listen gives them. For sound, host networking spares a proxy per port.
EXPOSE 5060/udp 5060/tcp 5061/udp 20000-29999/udp

HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Not npm: signals must reach the exchange itself, so that it ends its calls.
CMD ["node", "--enable-source-maps", "dist/main.js"]
