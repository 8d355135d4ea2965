"""Who may come in, and what happens to a form whose session is over."""

from playwright.async_api import expect

from tests.browser.clinic_day import ADMINISTRATOR
from tests.browser.people import Person, sign_in


async def test_what_is_missing_is_said_beside_its_field(context, system):
    page = await (await context()).new_page()
    await page.goto(f"{system.url}/staff/sign-in")
    await page.get_by_role("button", name="Sign in").click()

    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#email-error")).to_have_text("Enter your e-mail.")
    await expect(page.locator("#password-error")).to_have_text("Enter your password.")


async def test_a_wrong_password_says_nothing_about_the_account(context, system):
    page = await (await context()).new_page()
    for email in (system.staff_email, "nobody.at.all@ternstreet.example"):
        await page.goto(f"{system.url}/staff/sign-in")
        await page.get_by_label("E-mail").fill(email)
        await page.get_by_label("Password").fill("not the password")
        await page.get_by_role("button", name="Sign in").click()

        await expect(page.locator("#password-error")).to_have_text("E-mail and password do not belong together.")
        await expect(page.get_by_label("E-mail")).to_have_value(email)
        await expect(page.get_by_label("Password")).to_have_value("")


async def test_too_many_tries_have_to_wait(context, system):
    page = await (await context()).new_page()
    await page.goto(f"{system.url}/staff/sign-in")
    for _ in range(7):
        await page.get_by_label("E-mail").fill("guess.work@ternstreet.example")
        await page.get_by_label("Password").fill("guess")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Sign in").click()

    await expect(page.locator("#password-error")).to_contain_text("Wait")


async def test_signing_in_leads_where_one_wanted_to_go_and_signing_out_ends_it(context, system):
    page = await (await context()).new_page()
    await page.goto(f"{system.url}/staff/requests?view=closed")
    await page.get_by_label("E-mail").fill(system.staff_email)
    await page.get_by_label("Password").fill(system.staff_password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/requests?view=closed")

    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/staff/sign-in")
    await page.goto(f"{system.url}/staff/board")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_what_was_typed_outlives_the_session(context, system):
    browser = await context()
    page = await browser.new_page()
    await sign_in(page, system)
    person = Person.called("Hedda Vergessen")
    await page.goto(f"{system.url}/staff/requests/new")
    await page.get_by_role("textbox", name="Name").fill(person.name)
    await page.get_by_label("Chronic pain").check()
    [cookie] = await browser.cookies()
    forged = cookie["value"][:-6] + "AAAAAA"
    await browser.add_cookies([{"name": cookie["name"], "value": forged, "url": system.url}])

    await page.get_by_role("button", name="Save the request").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your session ended before this was sent")
    async with browser.expect_page() as opened:
        await page.get_by_role("link", name="Sign in again in a new tab").click()
    tab = await opened.value
    await tab.get_by_label("E-mail").fill(system.staff_email)
    await tab.get_by_label("Password").fill(system.staff_password)
    await tab.get_by_role("button", name="Sign in").click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text("You are signed in")
    await tab.close()
    await page.get_by_role("button", name="Send it now").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(person.name)
    await expect(page.locator("#request")).to_contain_text("Chronic pain")


async def test_an_invited_person_sets_a_password_and_comes_in(context, signed_in, system):
    admin = await (await context(storage_state=signed_in[ADMINISTRATOR])).new_page()
    person = Person.called("Juno Marsh")
    await admin.goto(f"{system.url}/staff/people")
    await admin.get_by_role("link", name="Invite somebody").click()
    await admin.get_by_role("textbox", name="Name").fill(person.name)
    await admin.get_by_label("E-mail").fill(person.email)
    await admin.get_by_label("Nurse").check()
    await admin.get_by_role("button", name="Make the link").click()
    link = await admin.get_by_label("One-time link").input_value()

    nurse = await (await context()).new_page()
    await nurse.goto(link)
    await nurse.get_by_label("New password").fill("four words in a row")
    await nurse.get_by_label("The same again").fill("four words in a row")
    await nurse.get_by_role("button", name="Set password").click()
    await nurse.get_by_label("E-mail").fill(person.email)
    await nurse.get_by_label("Password").fill("four words in a row")
    await nurse.get_by_role("button", name="Sign in").click()
    await nurse.wait_for_url("**/staff/inbox")

    await nurse.goto(link)
    await expect(nurse.get_by_role("heading", level=1)).to_have_text("This link has ended")


async def test_a_front_desk_may_not_invite(staff, system):
    await staff.goto(f"{system.url}/staff/people")
    assert await staff.get_by_role("link", name="Invite somebody").count() == 0
    answer = await staff.goto(f"{system.url}/staff/people/invite")
    assert answer is not None
    assert answer.status == 403
