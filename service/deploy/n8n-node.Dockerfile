# Builds the n8n node and, when it runs, copies it into the volume that n8n loads it from; see compose.yaml.

FROM node:24-bookworm-slim AS build
WORKDIR /app
RUN npm install --global pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY n8n-node n8n-node
RUN pnpm install --frozen-lockfile --filter n8n-nodes-passwright --config.trustLockfile=true
RUN cd n8n-node && pnpm run build

FROM node:24-bookworm-slim
RUN install --directory --owner=node --group=node /node
COPY --from=build /app/n8n-node/package.json /app/n8n-node/README.md /app/n8n-node/LICENSE.md /package/
COPY --from=build /app/n8n-node/dist /package/dist
USER node
CMD ["sh", "-c", "rm -rf /node/* && cp -R /package/. /node/ && echo 'The n8n node is in its volume.'"]
