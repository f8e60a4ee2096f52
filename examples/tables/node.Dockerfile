FROM node:20 AS build
WORKDIR /usr/src/app

# Installed anew only when these two change
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

# Node.js without npm, compilers and a shell
FROM node:20-small
WORKDIR /usr/src/app
COPY --from=build /usr/src/app/node_modules ./node_modules
COPY . .

EXPOSE 3000

USER 65532:65532
CMD ["node", "./bin/www"]
