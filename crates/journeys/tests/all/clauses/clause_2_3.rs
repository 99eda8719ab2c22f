//! 2.3: the site answers under its own names only.

use journeys::{TestClinic, on_both};

on_both!(a_foreign_host_is_refused, |clinic: TestClinic| async move {
    for host in [
        "evil.test",
        "clinic.test.evil.test",
        "clinic.test:9999",
        "127.0.0.2",
        "",
    ] {
        for path in ["/", "/policy", "/api/v1/services"] {
            let answer = clinic.get(path).header("host", host).send().await;
            assert!(
                (400..500).contains(&answer.code()),
                "{host}{path}: {}",
                answer.code()
            );
            assert!(
                !answer.text().contains("evil"),
                "the foreign name is not repeated"
            );
        }
    }
    assert_eq!(clinic.get("/").send().await.code(), 200);
});
