# One file for everything that runs in a container: `docker build .` gives the service, which is the
# image of the schema commands too; `--target demo` the parts around it. See docs/docker.md.
FROM node:24-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production
# What is compiled in the build is not compiled again at each start: a replica is ready sooner. Node
# keeps it by user; nothing has to be written there later, the root file system may be read-only.
ENV NODE_COMPILE_CACHE=/app/.cache
RUN install -d -o node -g node "$NODE_COMPILE_CACHE"

FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --workspaces=false --ignore-scripts

FROM base AS demo-packages
COPY package.json package-lock.json .npmrc ./
COPY embedded/package.json embedded/
COPY rollout-lab/package.json rollout-lab/
RUN npm ci --omit=dev --omit=optional --ignore-scripts

# The lab, its load and the payment gateway of the demo.
FROM base AS demo
# Node says of what strips the types that it is experimental.
ENV NODE_OPTIONS=--disable-warning=ExperimentalWarning
COPY --from=demo-packages /app/node_modules node_modules/
COPY package.json ./
COPY load-tests load-tests/
COPY embedded embedded/
COPY gateway-sandbox gateway-sandbox/
COPY migrations migrations/
COPY src src/
COPY rollout-lab rollout-lab/
RUN install -d -o node -g node /secrets /secrets/operator /secrets/service /customers /ledger /results
USER node
RUN for script in src/cli/schema.ts rollout-lab/src/main.ts gateway-sandbox/server.ts; do \
  PORT=none node $script; done; test -n "$(ls -A "$NODE_COMPILE_CACHE")"
LABEL org.opencontainers.image.title="ScaleRetail, the demo's own parts" \
  org.opencontainers.image.licenses="MIT"
CMD ["node", "rollout-lab/src/main.ts", "--help"]

FROM base AS service
COPY --from=packages /app/node_modules node_modules/
COPY package.json ./
COPY migrations migrations/
COPY src src/
USER node
# Without a configuration they end at once, with everything loaded.
RUN for script in src/server.ts src/cli/schema.ts src/cli/healthcheck.ts; do node $script; done; \
  test -n "$(ls -A "$NODE_COMPILE_CACHE")"
EXPOSE 3000
ENV HOST=0.0.0.0 PORT=3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "src/cli/healthcheck.ts", "http://127.0.0.1:3000/readyz"]
CMD ["node", "src/server.ts"]
ARG RELEASE=1.0
ARG REVISION=unknown
ENV RELEASE=$RELEASE
LABEL org.opencontainers.image.title="ScaleRetail order and payment API" \
  org.opencontainers.image.description="Changes its database schema and its code under full load." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version=$RELEASE \
  org.opencontainers.image.revision=$REVISION
