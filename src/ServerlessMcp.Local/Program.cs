using ServerlessMcp.Local.Cli;

return await Smcp.RunAsync(args, Terminal.System);
