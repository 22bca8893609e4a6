from zhengwutong.cli import main

raise SystemExit(main())
