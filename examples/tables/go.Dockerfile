FROM golang:1 AS build

WORKDIR /app

# Fetched anew only when these two change
COPY go.mod go.sum ./
RUN go mod download

COPY . .
RUN CGO_ENABLED=0 go build -ldflags="-s -w" -o server .

# What runs: no compiler, no shell
FROM scratch
WORKDIR /app
COPY --from=build /app/server ./
COPY static ./static
COPY templates ./templates

# Where it listens
ENV PORT=8080
EXPOSE 8080

USER 65532:65532
CMD ["./server"]
