import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeBase, type BaseFacts } from './base-images.ts'

function factsOf(reference: string): BaseFacts {
  return describeBase({ kind: 'image', reference })
}

describe('describeBase', () => {
  for (const [reference, libc, packageManager, distribution] of [
    ['alpine', 'musl', 'apk', 'alpine'],
    ['node:22-alpine3.22', 'musl', 'apk', 'alpine 3.22'],
    ['node:22', 'glibc', 'apt', 'debian'],
    ['docker.io/library/node:22-bookworm-slim', 'glibc', 'apt', 'debian bookworm'],
    ['public.ecr.aws/docker/library/python:3.12-slim', 'glibc', 'apt', 'debian'],
    ['arm64v8/golang:1.24-alpine', 'musl', 'apk', 'alpine'],
    ['rust:1.75-slim', 'glibc', 'apt', 'debian bookworm'],
    ['rust:1.99', 'glibc', 'apt', 'debian'],
    ['golang:1.22.5', 'glibc', 'apt', 'debian bookworm'],
    ['golang:1.22-bullseye', 'glibc', 'apt', 'debian bullseye'],
    ['debian:12-slim', 'glibc', 'apt', 'debian bookworm'],
    ['debian:12.5', 'glibc', 'apt', 'debian bookworm'],
    ['debian:trixie-20260824-slim', 'glibc', 'apt', 'debian trixie'],
    ['ubuntu:jammy', 'glibc', 'apt', 'ubuntu 22.04'],
    ['ubuntu:22.04', 'glibc', 'apt', 'ubuntu 22.04'],
    ['alpine:3.20.3', 'musl', 'apk', 'alpine 3.20.3'],
    ['rockylinux:9-minimal', 'glibc', undefined, undefined],
    ['almalinux:9', 'glibc', 'dnf', 'rhel 9'],
    ['registry.access.redhat.com/ubi9/ubi-minimal:9.5', 'glibc', 'dnf', 'rhel 9'],
    ['registry.access.redhat.com/ubi9-micro', 'glibc', 'none', 'rhel 9'],
    ['openjdk:8-jdk-alpine', 'musl', 'apk', 'alpine'],
    ['openjdk:17', 'glibc', undefined, undefined],
    ['maven:3.9-eclipse-temurin-21-noble', 'glibc', 'apt', 'ubuntu 24.04'],
    ['maven:3.9-eclipse-temurin-21-alpine', 'musl', 'apk', 'alpine'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0', 'glibc', 'apt', 'debian'],
    ['mcr.microsoft.com/dotnet/aspnet:10.0-alpine3.22', 'musl', 'apk', 'alpine 3.22'],
    ['mcr.microsoft.com/dotnet/runtime-deps:9.0-noble-chiseled', 'glibc', 'none', 'ubuntu 24.04'],
    ['mcr.microsoft.com/dotnet/runtime:8.0-azurelinux3.0', 'glibc', 'dnf', 'azurelinux 3.0'],
    ['gcr.io/distroless/static-debian12:nonroot', 'none', 'none', 'debian bookworm'],
    ['gcr.io/distroless/cc', 'glibc', 'none', 'debian'],
    ['cgr.dev/chainguard/static', 'none', 'none', undefined],
    ['cgr.dev/chainguard/wolfi-base', 'glibc', 'apk', 'wolfi'],
    ['cgr.dev/chainguard/python:latest-dev', 'glibc', 'apk', 'wolfi'],
    ['busybox:musl', 'none', 'none', undefined],
    ['busybox', undefined, 'none', undefined],
    ['nvidia/cuda:12.4.1-runtime-ubuntu22.04', 'glibc', 'apt', 'ubuntu 22.04'],
    ['nvidia/cuda:12.4.1-base-ubi9', 'glibc', 'dnf', 'rhel 9'],
    ['grafana/grafana:11-ubuntu', 'glibc', 'apt', 'ubuntu'],
    ['denoland/deno:alpine', undefined, 'apk', 'alpine'],
    ['example.org/team/app:1', undefined, undefined, undefined],
  ] as const) {
    test(`knows what ${reference} is made of`, () => {
      const facts = factsOf(reference)
      const made = facts.distribution
      assert.equal(facts.libc, libc)
      assert.equal(facts.packageManager, packageManager)
      assert.equal(made === undefined ? undefined : [made.name, made.release ?? ''].join(' ').trimEnd(), distribution)
    })
  }

  test('knows which images are for Windows', () => {
    assert.ok(factsOf('mcr.microsoft.com/windows/nanoserver:ltsc2022').isWindows)
    assert.ok(factsOf('golang:1.24-windowsservercore-ltsc2022').isWindows)
    assert.ok(factsOf('mcr.microsoft.com/dotnet/framework/sdk:4.8').isWindows)
    assert.ok(!factsOf('mcr.microsoft.com/dotnet/sdk:8.0').isWindows)
  })

  for (const [reference, hasShell, hasCertificates, hasTimeZones] of [
    ['alpine:3.22', true, true, false],
    ['debian:bookworm-slim', true, false, true],
    ['ubuntu:24.04', true, false, false],
    ['node:22-slim', true, false, true],
    ['node:22', true, true, true],
    ['node:22-alpine', true, true, false],
    ['python:3.13-slim', true, true, true],
    ['python:3.13-alpine', true, true, true],
    ['ruby:3.4-slim', true, true, true],
    ['golang:1.24', true, true, true],
    ['golang:1.24-alpine', true, true, false],
    ['nginx:1.29-alpine-slim', true, true, true],
    ['eclipse-temurin:21-jre-alpine', true, true, true],
    ['postgres:17-alpine', true, true, undefined],
    ['mysql:9', true, true, undefined],
    ['gcr.io/distroless/base', false, true, true],
    ['gcr.io/distroless/base:debug', undefined, true, true],
    ['gcr.io/distroless/python3-debian12', false, true, true],
    ['gcr.io/distroless/python3-debian11', undefined, true, true],
    ['mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled', false, true, false],
    ['mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled-extra', false, true, true],
    ['cgr.dev/chainguard/node', undefined, true, undefined],
    ['ghcr.io/astral-sh/uv:0.9', false, false, false],
    ['ghcr.io/astral-sh/uv:python3.13-bookworm-slim', true, undefined, true],
    ['ghcr.io/someone/app:1-alpine', true, undefined, undefined],
  ] as const) {
    test(`knows of shell, certificates and time zones in ${reference}`, () => {
      const facts = factsOf(reference)
      assert.deepEqual(
        [facts.hasShell, facts.hasCertificates, facts.hasTimeZones],
        [hasShell, hasCertificates, hasTimeZones],
      )
    })
  }

  for (const [reference, user, serviceUser, workingDirectory] of [
    ['node:22-alpine', '', 'node', '/'],
    ['golang', '', undefined, '/go'],
    ['nginxinc/nginx-unprivileged:1.27-alpine', '101', 'nginx', '/'],
    ['gcr.io/distroless/nodejs22-debian12:debug-nonroot', 'nonroot', 'nonroot', '/home/nonroot'],
    ['gcr.io/distroless/static', '', 'nonroot', '/'],
    ['php:8.3-fpm-alpine', '', 'www-data', '/var/www/html'],
    ['php:8.3-cli', '', 'www-data', '/'],
    ['oven/bun:1', '', 'bun', '/home/bun/app'],
    ['mcr.microsoft.com/dotnet/aspnet:8.0', '', 'app', '/'],
    ['mcr.microsoft.com/dotnet/aspnet:6.0', '', undefined, '/'],
    ['mcr.microsoft.com/windows/nanoserver:ltsc2022', 'ContainerUser', undefined, undefined],
    ['example.org/app', undefined, undefined, undefined],
  ] as const) {
    test(`knows who runs ${reference}, and where`, () => {
      const facts = factsOf(reference)
      assert.deepEqual([facts.user, facts.serviceUser, facts.workingDirectory], [user, serviceUser, workingDirectory])
    })
  }

  test('knows the users of images that nobody added to', () => {
    assert.ok(factsOf('debian').users?.has('www-data'))
    assert.ok(factsOf('node:22-slim').users?.has('node'))
    assert.ok(factsOf('ubuntu:24.04').users?.has('ubuntu'))
    assert.deepEqual([...(factsOf('gcr.io/distroless/static').users ?? [])], ['nobody', 'nonroot'])
    assert.deepEqual([...(describeBase({ kind: 'scratch' }).users ?? ['none'])], [])
    assert.equal(factsOf('example.org/app:alpine').users, undefined)
    assert.equal(factsOf('postgres:17').users, undefined)
  })
})

describe('hasProgram', () => {
  for (const [reference, has, lacks, unknown] of [
    ['alpine', 'sh wget nc adduser apk getent', 'bash curl git python3 useradd', 'vendor-tool'],
    ['debian:bookworm-slim', 'sh bash useradd perl', 'curl wget git ps python3 nc', 'adduser vendor-tool'],
    ['ubuntu:24.04', 'bash', 'curl wget git python3', 'ps'],
    ['node:22', 'node npm curl wget git bash python3 gcc', 'jq', 'yarn corepack'],
    ['node:22-slim', 'node npm bash', 'curl wget git python3 gcc', ''],
    ['node:22-alpine', 'node npm wget', 'curl bash git python3', ''],
    ['python:3.12-slim', 'python pip bash', 'curl wget gcc git', ''],
    ['ruby:3.3-slim', 'ruby ps', 'curl gcc git', ''],
    ['php:8.3-fpm', 'php curl gcc', 'wget git', ''],
    ['golang:1.24', 'go gcc git curl wget', '', ''],
    ['golang:1.24-alpine', 'go wget', 'gcc git make curl bash', ''],
    ['rust:1.90-slim', 'cargo gcc', 'curl wget git make', ''],
    ['nginx:alpine', 'nginx curl wget', 'bash python3', ''],
    ['nginx:alpine-slim', 'nginx wget', 'curl', ''],
    ['nginx', 'nginx curl bash', 'wget python3', ''],
    ['busybox', 'sh wget', 'bash curl', ''],
    ['gcr.io/distroless/static', '', 'sh bash curl wget node', ''],
    ['gcr.io/distroless/nodejs22-debian12', 'node', 'sh curl npm', ''],
    ['gcr.io/distroless/base:debug', '', '', 'sh wget'],
    ['eclipse-temurin:21', 'java bash', '', 'curl wget'],
    ['ubuntu:14.04', 'bash', '', 'ping sudo curl'],
    ['archlinux:base-devel', 'pacman', '', 'make gcc'],
    ['fedora:43', 'curl bash dnf', 'wget git', 'python3'],
    ['amazonlinux:2023', 'curl bash', 'useradd tar wget', ''],
    ['mcr.microsoft.com/dotnet/aspnet:8.0', 'dotnet bash', 'curl wget', ''],
    ['mcr.microsoft.com/dotnet/sdk:8.0', 'dotnet curl git', '', 'unzip'],
    ['example.org/app:1', '', '', 'sh curl'],
  ] as const) {
    test(`knows what ${reference} has and lacks`, () => {
      const facts = factsOf(reference)
      const answers = (programs: string): readonly (boolean | undefined)[] =>
        programs.split(' ').flatMap((program) => (program === '' ? [] : [facts.hasProgram(program)]))
      assert.ok(
        answers(has).every((answer) => answer === true),
        `has ${has}`,
      )
      assert.ok(
        answers(lacks).every((answer) => answer === false),
        `lacks ${lacks}`,
      )
      assert.ok(
        answers(unknown).every((answer) => answer === undefined),
        `may have ${unknown}`,
      )
    })
  }

  test('knows that scratch has nothing', () => {
    assert.equal(describeBase({ kind: 'scratch' }).hasProgram('ls'), false)
  })
})
