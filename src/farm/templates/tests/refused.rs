//! Jobs that are none.

use super::super::*;
use super::{container, job};

fn everywhere(job: &Job) -> [Option<JobError>; 3] {
    [slurm(job).err(), openjd(job, Runner::Here).err(), kubernetes(job, &container()).err()]
}

/// The same error from all.
fn refused(job: &Job) -> JobError {
    let [first, second, third] = everywhere(job);
    assert!(first.is_some(), "{job:?}");
    assert_eq!(first, second);
    assert_eq!(first, third);
    first.unwrap()
}

#[test]
fn a_plain_job_is_taken_by_all() {
    let output = "/net".to_owned();
    assert_eq!(everywhere(&Job { output, ..job() }), [None, None, None]);
    assert_eq!(everywhere(&Job { output: "az://c".to_owned(), ..job() }), [None, None, None]);
}

#[test]
fn nothing_to_do_is_refused() {
    assert_eq!(refused(&Job { parts: 0, ..job() }), JobError::NoParts);
    assert_eq!(refused(&Job { frames: String::new(), ..job() }), JobError::Empty("the frames"));
    assert_eq!(refused(&Job { output: String::new(), ..job() }), JobError::Empty("the output"));
    assert!(matches!(refused(&Job { shard_frames: 0, ..job() }), JobError::Zero(_)));
    let none = [
        Resources { cpus: Some(0), ..Resources::default() },
        Resources { memory_mib: Some(0), ..Resources::default() },
        Resources { gpus: Some(0), ..Resources::default() },
        Resources { time_limit_min: Some(0), ..Resources::default() },
        Resources { at_once: Some(0), ..Resources::default() },
    ];
    for resources in none {
        assert!(matches!(refused(&Job { resources, ..job() }), JobError::Zero(_)));
    }
}

#[test]
fn each_takes_so_many_parts() {
    let parts = |parts| Job { parts, output: "s3://b".to_owned(), ..job() };
    assert_eq!(everywhere(&parts(1001)), [None, None, None]);
    let [slurm, openjd, kubernetes] = everywhere(&parts(1002));
    let error = slurm.unwrap().to_string();
    assert!(error.contains("1002") && error.contains("Slurm takes 1001") && error.contains("MaxArraySize"), "{error}");
    assert_eq!((openjd, kubernetes), (None, None));
    let [_, _, kubernetes] = everywhere(&parts(100_001));
    assert!(matches!(kubernetes, Some(JobError::TooManyParts { most: 100_000, .. })));
}

#[test]
fn names_need_no_quotes_anywhere() {
    let long = "a".repeat(64);
    for name in ["", " ", "a b", "-a", ".a", "a\nb", "a$b", "a/b", "é", &long] {
        assert!(matches!(refused(&Job { name: name.to_owned(), ..job() }), JobError::Name { .. }), "{name:?}");
    }
    for partition in ["", "a b", "gpu,", ",gpu", "a\n#SBATCH --wrap=x"] {
        let resources = Resources { partition: Some(partition.to_owned()), ..Resources::default() };
        assert!(matches!(slurm(&Job { resources, ..job() }), Err(JobError::Name { .. })), "{partition:?}");
    }
}

#[test]
fn kubernetes_takes_fewer_names() {
    let with = |name: &str, parts| {
        kubernetes(&Job { name: name.to_owned(), output: "gs://b".to_owned(), parts, ..job() }, &container())
    };
    for name in ["Table", "a_b", "a.b", "a-"] {
        assert!(matches!(with(name, 8), Err(JobError::Name { .. })), "{name}");
        assert!(slurm(&Job { name: name.to_owned(), ..job() }).is_ok());
    }
    // `-merge` is six letters, and so is `-10000`, the last index of 10001; `-99999` has as many.
    assert!(with(&"a".repeat(57), 100_000).is_ok());
    assert!(with(&"a".repeat(58), 1).is_err());
    for (claim, name) in [("Big", "s"), ("a..b", "s"), ("", "s"), ("ok", "S 3"), ("ok", "a\nb")] {
        let mounts = vec![Mount { claim: claim.to_owned(), folder: "/net".to_owned() }];
        let container = Container { mounts, secret: Some(name.to_owned()), ..container() };
        assert!(matches!(kubernetes(&job(), &container), Err(JobError::Name { .. })), "{claim:?} {name:?}");
    }
}

#[test]
fn workers_start_in_other_folders() {
    for path in ["scene.ron", "./scene.ron", "~/scene.ron"] {
        let scene = path.to_owned();
        let error = JobError::Relative { what: "the scene", path: path.to_owned() };
        assert_eq!(refused(&Job { scene, ..job() }), error);
        assert!(matches!(refused(&Job { output: path.to_owned(), ..job() }), JobError::Relative { .. }));
        assert!(matches!(slurm(&Job { program: path.to_owned(), ..job() }), Err(JobError::Relative { .. })));
        assert!(matches!(
            openjd(&Job { program: path.to_owned(), ..job() }, Runner::Here),
            Err(JobError::Relative { .. })
        ));
    }
    let [_, _, kubernetes] = everywhere(&Job { program: "maquette".to_owned(), ..job() });
    assert_eq!(kubernetes, None, "an image may have it in its PATH");
    assert!(matches!(everywhere(&Job { program: "bin/maquette".to_owned(), ..job() }), [Some(_), Some(_), Some(_)]));
}

#[test]
fn addresses_name_a_bucket() {
    for output in ["s3://", "gs:///x", "http://x/y", "file:///x", "S3://b"] {
        assert_eq!(refused(&Job { output: output.to_owned(), ..job() }), JobError::Address(output.to_owned()));
    }
}

#[test]
fn what_a_pod_writes_beside_its_volumes_is_lost() {
    for output in ["/out/a", "/nets", "/elsewhere"] {
        let [_, _, kubernetes] = everywhere(&Job { output: output.to_owned(), ..job() });
        assert_eq!(kubernetes, Some(JobError::NotMounted(output.to_owned())));
    }
    let twice = Container { mounts: vec!["a=/net".parse().unwrap(), "b=/net".parse().unwrap()], ..container() };
    assert_eq!(kubernetes(&job(), &twice).err(), Some(JobError::MountedTwice("/net".to_owned())));
    assert!("/net".parse::<Mount>().is_err());
    let relative = Container { mounts: vec!["a=net".parse().unwrap()], ..container() };
    assert!(matches!(kubernetes(&job(), &relative), Err(JobError::Relative { .. })));
    let nothing = Container { image: " ".to_owned(), ..container() };
    assert_eq!(kubernetes(&job(), &nothing).err(), Some(JobError::Empty("the container image")));
}

#[test]
fn arguments_do_not_contradict_the_job() {
    for argument in
        ["--frames", "--shard=1/2", "--overwrite", "-o", "-o/x", "--output=/x", "--progress", "--format=coco"]
    {
        let arguments = vec![argument.to_owned()];
        assert_eq!(refused(&Job { arguments, ..job() }), JobError::Taken(argument.to_owned()));
    }
    let fine = Job { arguments: ["--set", "a=--frames", "--workers=3"].map(str::to_owned).to_vec(), ..job() };
    assert_eq!(everywhere(&fine), [None, None, None]);
}

#[test]
fn what_no_program_can_be_given_is_refused() {
    assert_eq!(refused(&Job { scene: "/a\0b".to_owned(), ..job() }), JobError::Nul("the scene"));
    assert_eq!(refused(&Job { arguments: vec!["\0".to_owned()], ..job() }), JobError::Nul("an argument"));
}

#[test]
fn openjd_takes_no_references_and_nothing_long() {
    let arguments = vec!["--set".to_owned(), "a={{b}}".to_owned()];
    let [slurm, openjd, kubernetes] = everywhere(&Job { arguments, ..job() });
    assert_eq!((slurm, openjd, kubernetes), (None, Some(JobError::Reference("a={{b}}".to_owned())), None));
    let long = |letters: usize| format!("/{}", "é".repeat(letters - 1));
    assert_eq!(everywhere(&Job { scene: long(1024), ..job() }), [None, None, None]);
    let [slurm, openjd, _] = everywhere(&Job { scene: long(1025), ..job() });
    assert_eq!((slurm, openjd), (None, Some(JobError::Long { what: "the scene" })));
}

#[test]
fn slurm_needs_time_to_say_so() {
    let limit =
        |minutes| Job { resources: Resources { time_limit_min: Some(minutes), ..Resources::default() }, ..job() };
    assert_eq!(slurm(&limit(4)).err(), Some(JobError::Short(4)));
    assert!(slurm(&limit(5)).is_ok());
    assert!(openjd(&limit(1), Runner::Here).is_ok());
}
