/**
 * Docker's official images, present and past: the files of github.com/docker-library/official-images, `library/`, November 2026. No
 * other image of Docker Hub has a name without a slash.
 */
export const officialImages: ReadonlySet<string> = new Set(
  `adminer adoptopenjdk aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita
  buildpack-deps busybox caddy cassandra celery centos chronograf cirros clearlinux clefos clojure composer consul convertigo couchbase
  couchdb crate crux cl-sbcl dart debian django docker docker-dev drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx
  erlang euleros express-gateway fedora flink fluentd friendica fsharp gazebo gcc geonetwork ghost glassfish golang gradle groovy haproxy
  haskell haxe hello-seattle hello-world hipache hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins
  jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo
  maven mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuodb
  nuxeo odoo open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone
  postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux
  ros ruby rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak
  telegraf thrift tomcat tomee traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit valkey varnish vault websphere-liberty wordpress xwiki
  yourls znc zookeeper`.split(/\s+/),
)

/** Words in tags of official images: what they are made of, and what they have. */
export const tagWords: ReadonlySet<string> = new Set(
  `alpine slim bookworm bullseye buster stretch jessie trixie forky wheezy jammy focal noble bionic xenial trusty resolute plucky questing
  latest stable unstable testing edge mainline current nightly perl otel apache fpm cli zts jdk jre headless openjdk temurin corretto
  semeru ubi ubuntu debian centos windowsservercore nanoserver servercore ltsc2016 ltsc2019 ltsc2022 ltsc2025 management glibc musl uclibc
  tools builder cross devel full minimal onbuild rootless dind community enterprise postgresql mysql sqlite al2 al2023 amazonlinux
  oraclelinux eclipse graalvm python node browsers chromium nonroot debug`.split(/\s+/),
)
