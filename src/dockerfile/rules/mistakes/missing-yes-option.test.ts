import { describeRule } from '../testing/describe-rule.ts'
import { missingYesOption } from './missing-yes-option.ts'

describeRule(missingYesOption, {
  catches: {
    'apt-get install, and adds -y': {
      dockerfile: 'FROM debian\nRUN apt-get update && «apt-get install» --no-install-recommends \\\n  curl\n',
      messages: [/^apt-get install asks/],
      fixed: 'FROM debian\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n  curl\n',
    },
    'the other package managers': {
      dockerfile:
        'FROM a\nRUN «dnf install» git\r\nrun sudo «yum -q update»\nRUN «zypper in» git\nRUN «pacman -S» git\nRUN «conda install» -c conda-forge a && «pip uninstall» a\n',
      fixed:
        'FROM a\nRUN dnf install -y git\r\nrun sudo yum -q update -y\nRUN zypper in -y git\nRUN pacman -S --noconfirm git\nRUN conda install -y -c conda-forge a && pip uninstall -y a\n',
    },
    'the exec form, and upgrades and removals': {
      dockerfile: 'FROM debian\nRUN [«"apt-get", "install"», "curl"]\nRUN «apt upgrade» && «apt-get purge» a\n',
      fixed: 'FROM debian\nRUN ["apt-get", "install", "-y", "curl"]\nRUN apt upgrade -y && apt-get purge -y a\n',
    },
    'DEBIAN_FRONTEND, which is another question': {
      dockerfile:
        'FROM debian\nENV DEBIAN_FRONTEND=noninteractive\nRUN DEBIAN_FRONTEND=noninteractive «apt-get install» a\n',
      fixed:
        'FROM debian\nENV DEBIAN_FRONTEND=noninteractive\nRUN DEBIAN_FRONTEND=noninteractive apt-get install -y a\n',
    },
    'here-documents, and stages that are copied from': {
      dockerfile: 'FROM debian AS a\nRUN <<EOF\n«apt-get install» curl\nEOF\nFROM scratch\nCOPY --from=a /a /a\n',
      fixed: 'FROM debian AS a\nRUN <<EOF\napt-get install -y curl\nEOF\nFROM scratch\nCOPY --from=a /a /a\n',
    },
  },
  leaves: {
    'an answer, wherever it stands':
      'FROM debian\nRUN apt-get install -y a\nRUN apt-get install a -y\nRUN apt-get -yqq install a\nRUN apt-get --assume-yes install a\nRUN apt-get -qq install a\nRUN apt-get -q=2 install a\nRUN dnf install --assumeyes a\nRUN zypper --non-interactive in a\nRUN pacman -Syu --noconfirm a\nRUN conda clean -afy',
    'an answer through a pipe':
      'FROM debian\nRUN yes | apt-get install a\nRUN echo y | apt-get install a\nRUN apt-get install a <<<y',
    settings: `FROM debian\nRUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install a\nFROM fedora\nRUN echo assumeyes=True >> /etc/dnf/dnf.conf && dnf install a\nFROM a\nCOPY apt.conf /etc/apt/apt.conf.d/\nRUN apt-get install a`,
    'settings of the stage below, and of one call':
      'FROM continuumio/miniconda3 AS a\nRUN conda config --set always_yes yes\nFROM a\nRUN conda install b\nRUN apt-get -o APT::Get::Assume-Yes=true install a\nENV CONDA_ALWAYS_YES=true',
    'what asks nothing':
      'FROM debian\nRUN apt-get update && apt-get clean && apk add a && dnf makecache && pip install a && conda env create -f a && microdnf install a && apt-get install --simulate a',
    'a variable that may hold it': 'FROM debian\nARG APT_OPTS=-y\nRUN apt-get install $APT_OPTS curl',
    text: 'FROM debian\nRUN echo apt-get install a',
    'stages that the build does not need': 'FROM debian AS a\nRUN apt-get install a\nFROM scratch',
  },
})
