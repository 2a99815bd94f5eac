#!/bin/bash
# Process 1 of a real node: runs containerd and the kubelet in mount and process namespaces of their
# own, so that the end of this script is the end of every container, mount and shim.
#   realnode.sh STATE CGROUP KUBELET [KUBELET-FLAG...]
# STATE/node-may-join is the sign that the API server answers.
set -eu
state=$1 cgroup=$2 kubelet=$3
shift 3
socket=/run/containerd/containerd.sock

hierarchies() { # one folder per v1 controller, or the one v2 tree
  awk '$0 ~ / - cgroup2? / {print $5}' /proc/self/mountinfo | sort -u
}

private_folders() { # paths that containerd and the kubelet have built in
  mount --make-rshared /
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/containerd /run/netns /var/lib/kubelet
  mount --bind "$state/var-log" /var/log
  mount --bind "$state/kubelet" /var/lib/kubelet
}

machine_settings_untouched() { # what would be written for the whole machine is found as wanted
  local setting path file
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    net/ipv4/ip_forward=1; do
    path=/proc/sys/${setting%%=*}
    file=$state/sysctl/$(basename "$path")
    echo "${setting##*=}" >"$file"
    mount --bind "$file" "$path"
  done
}

own_cgroup() { # a new cpuset starts empty, and no process can enter an empty one
  local folder file
  for folder in $(hierarchies); do
    mkdir -p "$folder/$cgroup"
    for file in cpuset.cpus cpuset.mems; do
      if [ -s "$folder/$file" ] && [ -f "$folder/$cgroup/$file" ]; then
        cat "$folder/$file" >"$folder/$cgroup/$file"
      fi
    done
  done
}

start_containerd() {
  containerd -c "$state/containerd.toml" >"$state/logs/containerd.log" 2>&1 &
  until [ -S $socket ] && ctr -a $socket version >/dev/null 2>&1; do
    kill -0 $! 2>/dev/null || { echo "containerd ended:"; tail -n 5 "$state/logs/containerd.log"; exit 1; }
    sleep 0.05
  done
  for archive in "$state"/images/*.tar; do
    ctr -a $socket -n k8s.io images import "$archive"
  done
}

private_folders
machine_settings_untouched
own_cgroup
start_containerd
until [ -e "$state/node-may-join" ]; do sleep 0.05; done
"$kubelet" "$@" >"$state/logs/kubelet.log" 2>&1 &
wait $! || true
echo "kubelet ended:"
tail -n 5 "$state/logs/kubelet.log"
exit 1
