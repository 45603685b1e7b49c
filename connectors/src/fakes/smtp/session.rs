//! One connection: RFC 5321 commands in, replies out.

use std::{borrow::Cow, io, sync::Arc};

use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN, Error, Request};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpStream, tcp::OwnedWriteHalf},
};

use super::{Vendor, command, mailbox};
use crate::fakes::{Fakes, faults::Fault, faults::FaultKind, serve::pass};

/// Commands are at most 512 octets (RFC 5321, 4.5.3.1.4), base64 of credentials 12,288 (RFC 4954, 4).
const LONGEST_LINE: u64 = 12_288;
/// What `SIZE` says; more than any mail of ours.
const LONGEST_MAIL: usize = 10 * 1024 * 1024;

/// What the conversation has come to.
#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

/// How a command ends.
enum Reply {
    Say(Cow<'static, str>),
    /// The connection ends without a word.
    HangUp,
    /// No word ever comes.
    Silence,
    /// Said, then the connection ends.
    Bye(&'static str),
    TakeMail,
    TakeSecret {
        prompts: &'static [&'static str],
    },
}

/// Speaks with one client until it leaves.
pub(super) async fn converse(stream: TcpStream, fakes: &Arc<Fakes>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    say(&mut write, "220 simulated.invalid ESMTP Momentum simulator").await?;
    let mut envelope = Envelope::default();
    while let Some(line) = read_line(&mut read).await? {
        let mut reply = answer(fakes, &mut envelope, &line).await;
        if let Reply::TakeSecret { prompts } = reply {
            for prompt in prompts {
                say(&mut write, prompt).await?;
                let Some(_) = read_line(&mut read).await? else {
                    return Ok(());
                };
            }
            reply = Reply::Say("235 2.7.0 Welcome".into());
        }
        if let Reply::TakeMail = reply {
            say(&mut write, "354 End data with <CR><LF>.<CR><LF>").await?;
            let Some(mail) = read_mail(&mut read).await? else {
                return Ok(());
            };
            reply = take(fakes, &std::mem::take(&mut envelope), &mail).await;
        }
        match reply {
            Reply::Say(text) => say(&mut write, &text).await?,
            Reply::Bye(text) => return say(&mut write, text).await,
            Reply::Silence => {
                pass(std::time::Duration::from_secs(120)).await;
                return Ok(());
            }
            Reply::HangUp | Reply::TakeMail | Reply::TakeSecret { .. } => return Ok(()),
        }
    }
    Ok(())
}

async fn answer(fakes: &Arc<Fakes>, envelope: &mut Envelope, line: &[u8]) -> Reply {
    let request = match Request::parse(&mut line.iter()) {
        Ok(request) => request,
        Err(Error::InvalidSenderAddress) => return Reply::Say("553 5.1.7 That is no sender's address".into()),
        Err(Error::InvalidRecipientAddress) => return Reply::Say("553 5.1.3 That is no address".into()),
        Err(Error::UnknownCommand) => return Reply::Say("500 5.5.2 There is no such command".into()),
        Err(error) => return Reply::Say(format!("501 5.5.4 {error:?}").into()),
    };
    let address = match &request {
        Request::Mail { from } => from.address.to_string(),
        Request::Rcpt { to } => to.address.to_string(),
        _ => String::new(),
    };
    // The end of the message is what a fault of DATA meets.
    if !matches!(request, Request::Data)
        && let Some(fault) = fault(fakes, request.name(), &address)
    {
        return consequence(&fault).await;
    }
    match request {
        Request::Ehlo { .. } | Request::Lhlo { .. } => Reply::Say(
            format!(
                "250-simulated.invalid\r\n250-SIZE {LONGEST_MAIL}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n\
                 250 AUTH PLAIN LOGIN"
            )
            .into(),
        ),
        Request::Helo { .. } => Reply::Say("250 simulated.invalid".into()),
        Request::Auth { mechanism, initial_response } => match mechanism {
            AUTH_PLAIN if !initial_response.is_empty() => Reply::Say("235 2.7.0 Welcome".into()),
            AUTH_PLAIN => Reply::TakeSecret { prompts: &["334 "] },
            AUTH_LOGIN if !initial_response.is_empty() => Reply::TakeSecret { prompts: &["334 UGFzc3dvcmQ6"] },
            AUTH_LOGIN => Reply::TakeSecret { prompts: &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] },
            _ => Reply::Say("504 5.5.4 PLAIN or LOGIN".into()),
        },
        Request::Mail { .. } if envelope.from.is_some() => Reply::Say("503 5.5.1 One sender is enough".into()),
        Request::Mail { .. } => {
            envelope.from = Some(address);
            Reply::Say("250 2.1.0 Go on".into())
        }
        Request::Rcpt { .. } if envelope.from.is_none() => Reply::Say("503 5.5.1 MAIL first".into()),
        Request::Rcpt { .. } => {
            envelope.to.push(address);
            Reply::Say("250 2.1.5 Go on".into())
        }
        Request::Data if envelope.to.is_empty() => Reply::Say("503 5.5.1 RCPT first".into()),
        Request::Data => Reply::TakeMail,
        Request::Rset => {
            *envelope = Envelope::default();
            Reply::Say("250 2.0.0 Forgotten".into())
        }
        Request::Noop { .. } => Reply::Say("250 2.0.0 Still here".into()),
        Request::Vrfy { .. } => Reply::Say("252 2.1.5 Send and see".into()),
        Request::Quit => Reply::Bye("221 2.0.0 Bye"),
        _ => Reply::Say("502 5.5.1 Not here".into()),
    }
}

/// The end of a message: kept, unless a fault says otherwise.
async fn take(fakes: &Arc<Fakes>, envelope: &Envelope, mail: &[u8]) -> Reply {
    if mail.len() > LONGEST_MAIL {
        return Reply::Say("552 5.3.4 Too long".into());
    }
    let first = envelope.to.first().map_or("", String::as_str);
    let fault = fault(fakes, "DATA", first);
    let is_kept = fault.as_ref().is_none_or(|fault| {
        matches!(
            fault.kind,
            FaultKind::TimeoutAfterCommit | FaultKind::DropAfterCommit | FaultKind::Slow
        )
    });
    if is_kept {
        let sender = envelope.from.as_deref().unwrap_or_default();
        let kept = fakes.with_context(|cx| mailbox::keep(cx, sender, &envelope.to, mail));
        if let Err(cause) = kept {
            tracing::error!(error = %cause, "The simulator could not keep a mail.");
            return Reply::Say("451 4.3.0 Could not keep it".into());
        }
    }
    match fault {
        Some(fault) => consequence(&fault).await,
        None => Reply::Say("250 2.0.0 Taken".into()),
    }
}

fn fault(fakes: &Arc<Fakes>, verb: &str, address: &str) -> Option<Fault> {
    fakes.lock().faults.take(Vendor::Smtp, &command(verb, address))
}

async fn consequence(fault: &Fault) -> Reply {
    let words = fault.message.as_deref().unwrap_or("The simulator was told to");
    match fault.kind {
        FaultKind::RateLimit => Reply::Say("451 4.7.1 Too much mail, try later".into()),
        FaultKind::TimeoutAfterCommit => Reply::Silence,
        FaultKind::DropAfterCommit | FaultKind::DropBefore => Reply::HangUp,
        FaultKind::Slow => {
            pass(fault.delay()).await;
            Reply::Say("250 2.0.0 At last".into())
        }
        _ => Reply::Say(format!("{} {words}", fault.status.unwrap_or(451)).into()),
    }
}

async fn say(write: &mut OwnedWriteHalf, text: &str) -> io::Result<()> {
    write.write_all(format!("{text}\r\n").as_bytes()).await
}

/// The next line with its end; `None` when the client has left.
async fn read_line(read: &mut (impl AsyncRead + AsyncBufReadExt + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    read.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    Ok(line.ends_with(b"\n").then_some(line))
}

/// The message as it was before dots were doubled (RFC 5321, 4.5.2). What is longer than taken is read and cut.
async fn read_mail(read: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let (mut mail, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line == b".\r\n" {
            return Ok(Some(mail));
        }
        let rest = line.strip_prefix(b".").unwrap_or(&line);
        if mail.len() <= LONGEST_MAIL {
            mail.extend_from_slice(rest);
        }
    }
}
